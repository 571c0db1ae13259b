import { pngChunk } from './png-chunk.ts';

/** Signature and IHDR of a PNG. */
const PNG_HEAD_BYTES = 33;

/** A JPEG with so many more segments that have nothing in them, behind its first marker or at `at`. */
export function withSegments(jpeg: Buffer, count: number, code = 0xe1, at = 2): Buffer {
  return insert(jpeg, at, Buffer.from([0xff, code, 0, 2]), count);
}

/** A PNG with so many more chunks behind its IHDR. */
export function withChunks(png: Buffer, count: number, type: string, data = Buffer.alloc(0)): Buffer {
  return insert(png, PNG_HEAD_BYTES, pngChunk(type, data), count);
}

/** A WebP with so many more chunks at its end. */
export function withRiffChunks(webp: Buffer, count: number, chunk: Buffer): Buffer {
  const whole = insert(webp, webp.length, chunk, count);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** A chunk of a WebP. */
export function riffChunk(type: string, data = Buffer.alloc(0)): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}

function insert(bytes: Buffer, at: number, piece: Buffer, count: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(piece.length * count, piece), bytes.subarray(at)]);
}
