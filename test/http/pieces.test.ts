import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPieces } from '../../src/http/pieces.ts';

const CASES: [name: string, sizes: (index: number) => number, count: number, mostKept: number][] = [
  ['byte by byte', () => 1, 1_000_000, 5000],
  ['a large piece now and then', index => (index % 300 === 0 ? 65_536 : 1), 100_000, 1500],
  ['pieces as sockets give them', () => 65_536, 600, 600],
  ['one piece', () => 10, 1, 1],
  ['none', () => 10, 0, 0],
];

for (const [name, sizeOf, count, mostKept] of CASES) {
  test(`a body in pieces: ${name}`, t => {
    const pieces = createPieces();
    const sizes = Array.from({ length: count }, (_, index) => sizeOf(index));
    const body = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
    for (let at = 0; at < body.length; at++) body[at] = at * 2654435761; // the low byte
    let from = 0;
    let most = 0;
    for (const size of sizes) {
      pieces.add(body.subarray(from, from + size));
      from += size;
      most = Math.max(most, pieces.kept);
    }
    t.diagnostic(`${count} pieces, at most ${most} kept`);
    assert.ok(most <= mostKept);
    assert.ok(pieces.joined(Buffer.allocUnsafe).equals(body));
  });
}
