import type { OptionalFormat } from '../types.ts';

/** The formats that are told apart by their first bytes. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | OptionalFormat;

/** JPEG, PNG and WebP, which are always accepted, and what else is. */
export function acceptedFormats(optional: readonly OptionalFormat[]): PictureFormat[] {
  return ['jpeg', 'png', 'webp', ...optional];
}

/** Formats as a sentence lists them: `JPEG, PNG, WebP`. */
export function listFormats(formats: readonly PictureFormat[]): string {
  return formats.map(name => (name === 'webp' ? 'WebP' : name.toUpperCase())).join(', ');
}

/** The picture format that the first bytes show, `undefined` for anything that is none of ours (SVG and PDF included). */
export function sniffFormat(bytes: Uint8Array): PictureFormat | undefined {
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (ascii(bytes, 0, 6) === 'GIF87a' || ascii(bytes, 0, 6) === 'GIF89a') return 'gif';
  // Little- and big-endian, classic (42) and BigTIFF (43).
  if (startsWith(bytes, 0, [0x49, 0x49, 0x2a, 0x00]) || startsWith(bytes, 0, [0x4d, 0x4d, 0x00, 0x2a])) return 'tiff';
  if (startsWith(bytes, 0, [0x49, 0x49, 0x2b, 0x00]) || startsWith(bytes, 0, [0x4d, 0x4d, 0x00, 0x2b])) return 'tiff';
  if (ascii(bytes, 4, 4) === 'ftyp' && isAvif(bytes)) return 'avif';
  return undefined;
}

/** ISO BMFF: the major brand, then the compatible brands up to the end of the ftyp box. */
function isAvif(bytes: Uint8Array): boolean {
  const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const end = Math.min(size, bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += 4) {
    const brand = ascii(bytes, at, 4);
    if (brand === 'avif' || brand === 'avis') return true;
  }
  return false;
}

function startsWith(bytes: Uint8Array, at: number, magic: readonly number[]): boolean {
  return bytes.length >= at + magic.length && magic.every((byte, i) => bytes[at + i] === byte);
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
