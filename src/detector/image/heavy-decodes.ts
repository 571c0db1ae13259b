import type { PictureFormat } from './format.ts';

/** Of memory; a 10-megapixel progressive JPEG takes so much. */
const HEAVY_BYTES = 64 * 1024 * 1024;
/** Of a coefficient in libjpeg, and of a sample of more than 8 bits. */
const WIDE_BYTES = 2;
/** That libvips keeps of a picture that comes row by row, while it is averaged down. Of 30000x1100 it kept 840, of 65535x503 all. */
const KEPT_ROWS = 800;

/** Of one set of the Huffman codes of a lossless WebP: libwebp has tables of all of them at once. Seen: 5.4 kB of the simplest. */
const CODES_BYTES = 6 * 1024;
/** How many there may be; each has at least 16 pixels and 20 bits of the file. */
const MOST_CODES = 65_536;
const PIXELS_OF_CODES = 16;
const CODES_PER_BYTE = 8 / 20;

/** What sharp's metadata say, as far as it matters here. */
export interface PictureHeader {
  width: number;
  height: number;
  channels: number;
  /** Of a sample: `uchar` has 8 bits. */
  depth: string;
  isProgressive: boolean;
  /** Of the file, where it is a WebP with lossless pixels; libwebp takes memory for what these may say. */
  losslessBytes?: number;
}

let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `decode`, after the one before where the picture takes much memory: most pictures come out of their decoder row by row, but
 * some are held there as a whole, and few of those together fill a container. One at a time in a process.
 */
export function afterHeavyDecodes<T>(
  header: PictureHeader,
  format: PictureFormat,
  decode: () => Promise<T>,
): Promise<T> {
  if (!isHeavy(header, format)) return decode();
  const mine = before.then(decode);
  before = mine.catch(() => {});
  return mine;
}

/** Whether the decoder holds so much of a picture at once that no other such should be decoded beside it. */
export function isHeavy(header: PictureHeader, format: PictureFormat): boolean {
  return heldBytes(header, format) >= HEAVY_BYTES;
}

/** What is held of a picture at once, by its decoder or, of a PNG that comes row by row, behind it. Of other formats, whatever they hold. */
export function heldBytes(
  { width, height, channels, depth, isProgressive, losslessBytes = 0 }: PictureHeader,
  format: PictureFormat,
): number {
  const samples = width * height * channels;
  if (format === 'jpeg') return isProgressive ? samples * WIDE_BYTES : 0;
  const bytes = samples * (depth === 'uchar' ? 1 : WIDE_BYTES);
  if (format === 'webp') {
    const codes = Math.min(MOST_CODES, (width * height) / PIXELS_OF_CODES, losslessBytes * CODES_PER_BYTE);
    return bytes + codes * CODES_BYTES;
  }
  return format === 'png' && !isProgressive ? bytes * Math.min(1, KEPT_ROWS / height) : bytes;
}
