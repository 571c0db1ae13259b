import type { PictureFormat } from './format.ts';
import { hasHeavyTags } from './has-heavy-tags.ts';

/** Every scan goes over the whole picture, for a few bytes each. Encoders write 1 to about 20; libtiff stops at 100, too. */
export const MAX_SCANS = 100;

/**
 * Segments of a JPEG; chunks of a PNG or a WebP beside those of pixels. Decoders keep a note of each, or say a warning, for as little as 4 bytes of
 * the file: of 5 million libjpeg, and libvips behind it, kept 1.4 GB. Photos have some dozens; 20 MB of XMP have 306, a colour profile at
 * most 255, an animation one or two a frame.
 */
export const MAX_PIECES = 10_000;

export type CodingFlaw = 'ends too soon' | 'too many scans' | 'too many pieces' | 'heavy tags';

/**
 * What can be told of a picture without decoding it, and has to be told before.
 *
 * `ends too soon`: decoders stop reading with the last pixel, so that a PNG without IEND, a JPEG whose end marker is gone
 * and a WebP cut in its metadata decode without a word, and an upload that was cut is no picture to answer.
 * GIF, TIFF and AVIF are left to their decoders.
 *
 * `too many scans`: a JPEG of half a megabyte can keep a decoder busy for ten seconds. `heavy tags`: so can a TIFF. `too many pieces`: and
 * others, of many megabytes. Millions of blocks of a GIF and boxes of an AVIF are walked through in a second or two, and libheif has limits of its own.
 */
export function codingFlaw(bytes: Uint8Array, format: PictureFormat): CodingFlaw | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg') return jpegFlaw(view);
  if (format === 'png') return pngFlaw(view);
  if (format === 'webp') return webpFlaw(view);
  return format === 'tiff' && hasHeavyTags(view) ? 'heavy tags' : undefined;
}

const SOF0 = 0xc0;
export const EOI = 0xd9;
export const SOS = 0xda;

/** ITU-T T.81, annex B: segments with a length, and after each start of scan coded data up to the next marker. */
function jpegFlaw(bytes: Buffer): CodingFlaw | undefined {
  let scans = 0;
  let pieces = 0;
  for (let at = 2; ; ) {
    // What stands between segments is the decoder's to judge; only the end and the scans are looked for here.
    const marker = nextMarker(bytes, at);
    if (marker === undefined) return 'ends too soon';
    if (marker.code === EOI) return undefined;
    if (marker.at + 4 > bytes.length) return 'ends too soon';
    pieces += 1;
    if (pieces > MAX_PIECES) return 'too many pieces';
    at = marker.at + 2 + bytes.readUInt16BE(marker.at + 2);
    if (marker.code === SOS) {
      scans += 1;
      if (scans > MAX_SCANS) return 'too many scans';
      at = Math.min(at, bytes.length);
    }
    if (at > bytes.length) return 'ends too soon';
  }
}

/**
 * The next 0xff that is no stuffed byte of coded data, no fill byte and no marker without a segment: RST, SOI, TEM, and the
 * reserved ones, which a decoder that looks for its RST passes over. Scans could hide in a segment of theirs.
 */
export function nextMarker(bytes: Buffer, from: number): { at: number; code: number } | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1]!;
    if (code >= SOF0 && code < 0xff && !(code >= 0xd0 && code <= 0xd8)) return { at, code };
  }
  return undefined;
}

/** ISO 15948, 5.3: length, type, data, CRC; IEND is the last. */
function pngFlaw(bytes: Buffer): CodingFlaw | undefined {
  let pieces = 0;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    at += 12 + bytes.readUInt32BE(at);
    if (type === 'IEND') return at > bytes.length ? 'ends too soon' : undefined;
    if (type !== 'IDAT' && type !== 'fdAT') pieces += 1;
    if (pieces > MAX_PIECES) return 'too many pieces';
  }
  return 'ends too soon';
}

/** https://developers.google.com/speed/webp/docs/riff_container: type, length, data, and a byte where that is odd; the first has all others in it. */
function webpFlaw(bytes: Buffer): CodingFlaw | undefined {
  const end = bytes.length < 12 ? Infinity : 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return 'ends too soon';
  let pieces = 0;
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    // libwebp, too, goes through what is in a frame as if it stood behind it.
    at += type === 'ANMF' ? 8 + FRAME_HEAD : 8 + length + (length & 1);
    if (type !== 'VP8 ' && type !== 'VP8L' && type !== 'ALPH') pieces += 1;
    if (pieces > MAX_PIECES) return 'too many pieces';
  }
  return undefined;
}

/** Place, size, duration and flags of a frame, which its chunks follow. */
const FRAME_HEAD = 16;
