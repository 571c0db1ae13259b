import { avifFlaw } from './avif-flaw.ts';
import type { PictureFormat } from './format.ts';
import { hasArithmeticFrame, hasHeavyArithmetic, isArithmetic } from './has-heavy-arithmetic.ts';
import { hasHeavyTags } from './has-heavy-tags.ts';
import { EOI, nextMarker, SOS } from './markers.ts';
import { MAX_PIECES } from './max-pieces.ts';

/** Every scan goes over the whole picture, for a few bytes each. Encoders write 1 to about 20; libtiff stops at 100, too. */
export const MAX_SCANS = 100;

export type CodingFlaw =
  | 'ends too soon'
  | 'too many scans'
  | 'too many pieces'
  | 'too many frames'
  | 'heavy arithmetic'
  | 'heavy tags';

/**
 * What can be told of a picture without decoding it, and has to be told before.
 *
 * `ends too soon`: decoders stop reading with the last pixel, so that a PNG without IEND, a JPEG whose end marker is gone
 * and a WebP cut in its metadata decode without a word, and an upload that was cut is no picture to answer.
 * Whether GIF, TIFF and AVIF are whole is left to their decoders.
 *
 * `too many scans`: a JPEG of half a megabyte can keep a decoder busy for ten seconds; `heavy arithmetic`: one of four kilobytes, also in a TIFF. `heavy tags`: so can a TIFF. `too many pieces`: and
 * others, of many megabytes. `too many frames`: an AVIF of kilobytes. Millions of blocks of a GIF are walked through in a second or two.
 */
export function codingFlaw(bytes: Uint8Array, format: PictureFormat): CodingFlaw | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg') return jpegFlaw(view);
  if (format === 'png') return pngFlaw(view);
  if (format === 'webp') return webpFlaw(view);
  if (format === 'avif') return avifFlaw(view);
  if (format !== 'tiff') return undefined;
  if (hasHeavyTags(view)) return 'heavy tags';
  return hasArithmeticFrame(view) ? 'heavy arithmetic' : undefined;
}

/** ITU-T T.81, annex B: segments with a length, and after each start of scan coded data up to the next marker. */
function jpegFlaw(bytes: Buffer): CodingFlaw | undefined {
  let scans = 0;
  let pieces = 0;
  let arithmetic = false;
  for (let at = 2; ; ) {
    // What stands between segments is the decoder's to judge; only the end and the scans are looked for here.
    const marker = nextMarker(bytes, at);
    if (marker === undefined) return 'ends too soon';
    if (marker.code === EOI) return arithmetic && hasHeavyArithmetic(bytes) ? 'heavy arithmetic' : undefined;
    if (isArithmetic(marker.code)) arithmetic = true;
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
