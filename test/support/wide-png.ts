import { deflateSync } from 'node:zlib';
import { pngChunk } from './png-chunk.ts';

/** Of a pixel: red, green, blue and alpha of 16 bits each. */
const PIXEL_BYTES = 8;

/** A PNG of 16-bit RGBA, transparent black, of any size: 8 KB a megapixel. */
export function widePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 6], 8); // bits, and RGBA
  const rows = Buffer.alloc(height * (1 + width * PIXEL_BYTES));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
