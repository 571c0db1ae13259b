import type { PictureFormat } from './format.ts';

/**
 * Whether a picture lacks its end. Decoders stop reading with the last pixel: a PNG without IEND, a JPEG whose end marker is
 * gone and a WebP cut in its metadata decode without a word, and an upload that was cut is no picture to answer.
 * GIF, TIFF and AVIF are left to their decoders.
 */
export function endsTooSoon(bytes: Uint8Array, format: PictureFormat): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg') return jpegEndsTooSoon(view);
  if (format === 'png') return pngEndsTooSoon(view);
  return format === 'webp' && (view.length < 12 || 8 + view.readUInt32LE(4) > view.length);
}

const EOI = 0xd9;
const SOS = 0xda;

/** ITU-T T.81, annex B: segments with a length, and after each start of scan coded data up to the next marker. */
function jpegEndsTooSoon(bytes: Buffer): boolean {
  for (let at = 2; ; ) {
    // What stands between segments is the decoder's to judge; only the end is looked for here.
    const marker = nextMarker(bytes, at);
    if (marker === undefined) return true;
    if (marker.code === EOI) return false;
    if (marker.at + 4 > bytes.length) return true;
    at = marker.at + 2 + bytes.readUInt16BE(marker.at + 2);
    if (marker.code === SOS) at = Math.min(at, bytes.length);
    if (at > bytes.length) return true;
  }
}

/** The next 0xff that is no stuffed byte of coded data, no fill byte and no marker without a segment (RST, SOI, TEM). */
function nextMarker(bytes: Buffer, from: number): { at: number; code: number } | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1]!;
    if (code > 0x01 && code < 0xff && !(code >= 0xd0 && code <= 0xd8)) return { at, code };
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
