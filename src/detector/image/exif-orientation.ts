/**
 * The EXIF orientation of a JPEG, 1..8; 1 when it names none. Undefined when that cannot be told for certain from a plain walk
 * over its segments: a second EXIF segment, a second tag, a directory that is not where it should be, a value that is no orientation.
 * (JEITA CP-3451C, 4.5 and 4.6.)
 */
export function exifOrientation(jpeg: Uint8Array): number | undefined {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let orientation: number | undefined = 1;
  let found = false;
  let at = 2;
  while (at + 4 <= jpeg.length) {
    if (jpeg[at] !== 0xff) return undefined;
    const marker = jpeg[at + 1]!;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === START_OF_SCAN) return orientation;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return undefined; // stands alone or is reserved: not before a scan
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > jpeg.length) return undefined;
    if (marker === APP1 && isExif(jpeg, at + 4, end)) {
      if (found) return undefined;
      found = true;
      orientation = readOrientation(new DataView(jpeg.buffer, jpeg.byteOffset + at + 10, end - at - 10));
      if (orientation === undefined) return undefined;
    }
    at = end;
  }
  return undefined;
}

const START_OF_SCAN = 0xda;
const APP1 = 0xe1;
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

function isExif(jpeg: Uint8Array, start: number, end: number): boolean {
  return end - start >= 6 && String.fromCharCode(...jpeg.subarray(start, start + 6)) === 'Exif\0\0';
}

/** @param tiff the TIFF structure inside the segment */
function readOrientation(tiff: DataView): number | undefined {
  if (tiff.byteLength < 8) return undefined;
  const order = tiff.getUint16(0);
  const little = order === 0x4949;
  if (!little && order !== 0x4d4d) return undefined;
  const directory = tiff.getUint32(4, little);
  if (tiff.getUint16(2, little) !== 42 || directory + 2 > tiff.byteLength) return undefined;
  const entries = tiff.getUint16(directory, little);
  if (directory + 2 + entries * 12 > tiff.byteLength) return undefined;
  let orientation: number | undefined;
  for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12) {
    if (tiff.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const value = tiff.getUint16(entry + 8, little);
    if (tiff.getUint16(entry + 2, little) !== SHORT || tiff.getUint32(entry + 4, little) !== 1) return undefined;
    if (value < 1 || value > 8 || orientation !== undefined) return undefined;
    orientation = value;
  }
  return orientation ?? 1;
}
