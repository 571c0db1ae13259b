import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createPictureReader, sendPicture } from '../../src/engine/picture-pipe.ts';

const pictures: [id: number, bytes: Buffer][] = [
  [1, Buffer.from('a picture')],
  [2, Buffer.alloc(0)],
  [2 ** 32 + 1, Buffer.alloc(300_000, 'x')],
  [7, Buffer.from('!')],
];

/** What `sendPicture` writes. */
function sent(): Buffer {
  const pipe = new PassThrough({ highWaterMark: 1 << 20 });
  for (const [id, bytes] of pictures) sendPicture(pipe, id, bytes);
  return pipe.read() as Buffer;
}

for (const pieceBytes of [1, 3, 7, 8, 9, 11, 12, 13, 65_536, 1 << 20]) {
  test(`pictures come out as they went in, in pieces of ${pieceBytes} bytes`, () => {
    const stream = sent();
    const received: [number, Buffer][] = [];
    const read = createPictureReader((id, bytes) => received.push([id, Buffer.from(bytes)]));
    // One buffer is read into again and again, as the socket does.
    const piece = Buffer.alloc(pieceBytes);
    for (let at = 0; at < stream.length; at += pieceBytes) {
      const size = stream.copy(piece, 0, at, at + pieceBytes);
      read(piece.subarray(0, size));
    }
    assert.deepEqual(
      received.map(([id, bytes]) => [id, bytes.length]),
      pictures.map(([id, bytes]) => [id, bytes.length]),
    );
    assert.ok(received.every(([, bytes], index) => bytes.equals(pictures[index]![1])));
  });
}
