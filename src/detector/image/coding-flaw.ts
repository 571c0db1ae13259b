import type { PictureFormat } from './format.ts';
import { hasHeavyTags } from './has-heavy-tags.ts';

/** Every scan goes over the whole picture, for a few bytes each. Encoders write 1 to about 20; libtiff stops at 100, too. */
export const MAX_SCANS = 100;

export type CodingFlaw = 'ends too soon' | 'too many scans' | 'heavy tags';

/**
 * What can be told of a picture without decoding it, and has to be told before.
 *
 * `ends too soon`: decoders stop reading with the last pixel, so that a PNG without IEND, a JPEG whose end marker is gone
 * and a WebP cut in its metadata decode without a word, and an upload that was cut is no picture to answer.
 * GIF, TIFF and AVIF are left to their decoders.
 *
 * `too many scans`: a JPEG of half a megabyte can keep a decoder busy for ten seconds. `heavy tags`: so can a TIFF.
 */
export function codingFlaw(bytes: Uint8Array, format: PictureFormat): CodingFlaw | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg') return jpegFlaw(view);
  if (format === 'png') return pngEndsTooSoon(view) ? 'ends too soon' : undefined;
  if (format === 'tiff') return hasHeavyTags(view) ? 'heavy tags' : undefined;
  const cut = format === 'webp' && (view.length < 12 || 8 + view.readUInt32LE(4) > view.length);
  return cut ? 'ends too soon' : undefined;
}

const SOF0 = 0xc0;
export const EOI = 0xd9;
export const SOS = 0xda;

/** ITU-T T.81, annex B: segments with a length, and after each start of scan coded data up to the next marker. */
function jpegFlaw(bytes: Buffer): CodingFlaw | undefined {
  let scans = 0;
  for (let at = 2; ; ) {
    // What stands between segments is the decoder's to judge; only the end and the scans are looked for here.
    const marker = nextMarker(bytes, at);
    if (marker === undefined) return 'ends too soon';
    if (marker.code === EOI) return undefined;
    if (marker.at + 4 > bytes.length) return 'ends too soon';
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
function pngEndsTooSoon(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    at += 12 + bytes.readUInt32BE(at);
    if (type === 'IEND') return at > bytes.length;
  }
  return true;
}
