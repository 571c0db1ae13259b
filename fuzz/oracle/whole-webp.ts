import type { Reading } from './whole-picture.ts';

/** https://developers.google.com/speed/webp/docs/riff_container: as many bytes as RIFF announces, and the first frame whole. */
export function wholeWebp(bytes: Buffer): Reading {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return { flaw: 'the WebP ends before its RIFF size' };
  let canvas: { width: number; height: number } | undefined;
  let mayBeTurned = false;
  let first: { width: number; height: number } | undefined;
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const from = at + 8;
    if (from + length > end) {
      if (first === undefined) return { flaw: `the chunk ${JSON.stringify(type)} of the WebP is cut` };
      break;
    }
    if (type === 'VP8X' && at === 12)
      canvas ??= { width: 1 + bytes.readUIntLE(from + 4, 3), height: 1 + bytes.readUIntLE(from + 7, 3) };
    if (type === 'EXIF') mayBeTurned = true;
    if (type === 'VP8 ') first ??= lossySize(bytes, from);
    if (type === 'VP8L') first ??= losslessSize(bytes, from);
    if (type === 'ANMF')
      first ??= { width: 1 + bytes.readUIntLE(from + 6, 3), height: 1 + bytes.readUIntLE(from + 9, 3) };
    at = from + length + (length & 1);
  }
  if (first === undefined) return { flaw: 'the WebP has no picture' };
  return { ...(canvas ?? first), mayBeTurned };
}

/** RFC 6386, 9.1: the key frame's tag and start code, then 14 bits each. */
function lossySize(bytes: Buffer, at: number) {
  return { width: bytes.readUInt16LE(at + 6) & 0x3fff, height: bytes.readUInt16LE(at + 8) & 0x3fff };
}

/** The signature byte, then 14 bits each, less one. */
function losslessSize(bytes: Buffer, at: number) {
  const bits = bytes.readUInt32LE(at + 1);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
