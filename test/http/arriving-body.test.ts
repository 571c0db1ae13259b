import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArrivingBody } from '../../src/http/arriving-body.ts';

const MB = 1024 * 1024;

const CASES: [name: string, bytes: number, declared: number, pieceBytes: number][] = [
  ['large, as sockets give it', 3 * MB + 5, 3 * MB + 5, 65_536],
  ['large, in small pieces', MB, MB, 100],
  ['large, in one piece', 2 * MB, 2 * MB, 2 * MB],
  ['large, in two, the first of which is the most', 2 * MB, 2 * MB, 2 * MB - 1],
  ['large, of unknown length', 2 * MB, 0, 65_536],
  ['large, of a length that is no number', 2 * MB, Number.NaN, 65_536],
  ['cut before it was whole', MB, 3 * MB, 65_536],
  ['small', 200_000, 200_000, 65_536],
  ['none', 0, 0, 1],
];

for (const [name, bytes, declared, pieceBytes] of CASES) {
  test(`a body that comes in pieces: ${name}`, () => {
    const expected = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at++) expected[at] = at * 2654435761; // the low byte
    const body = createArrivingBody(declared, Buffer.allocUnsafe);
    for (let at = 0; at < bytes; at += pieceBytes) body.add(expected.subarray(at, at + pieceBytes));
    assert.ok(body.whole().equals(expected));
  });
}

test('memory for a large body is taken once, when an eighth of it has come; from then on no piece is kept', () => {
  const taken: number[] = [];
  const take = (bytes: number) => {
    taken.push(bytes);
    return Buffer.alloc(bytes);
  };
  const body = createArrivingBody(8 * MB, take);
  const piece = Buffer.alloc(MB / 2);
  body.add(piece.fill(1));
  assert.deepEqual(taken, []);
  body.add(Buffer.alloc(MB / 2, 2));
  assert.deepEqual(taken, [8 * MB]);
  for (let value = 3; value <= 16; value++) body.add(piece.fill(value));
  const whole = body.whole();
  assert.deepEqual(taken, [8 * MB]);
  assert.deepEqual(
    Array.from({ length: 16 }, (_, index) => whole[(index * MB) / 2]),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
});
