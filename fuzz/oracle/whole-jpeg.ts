import type { Reading } from './whole-picture.ts';

/** ITU-T T.81, B.1: from the start-of-image marker to the end-of-image marker, without a gap. */
export function wholeJpeg(bytes: Buffer): Reading {
  let frame: { width: number; height: number } | undefined;
  let scans = 0;
  let mayBeTurned = false;
  for (let at = 2; ; ) {
    if (at + 2 > bytes.length) return { flaw: 'the JPEG ends before its end marker' };
    // Behind coded data, what is no marker is coded data nobody needs.
    while (scans > 0 && at + 2 < bytes.length && bytes[at] !== 0xff) at++;
    if (bytes[at] !== 0xff) return { flaw: `the JPEG has no marker at byte ${at}` };
    while (bytes[at + 1] === 0xff) at++;
    const marker = bytes.readUInt8(at + 1);
    at += 2;
    if (marker === 0xd9) break;
    // Below 0xc0 nothing is defined but TEM.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    // A length that does not even count itself: libjpeg steps over the two bytes, if it comes by (skip_variable, jdmarker.c).
    const length = Math.max(2, bytes.readUInt16BE(at));
    if (at + length > bytes.length) return { flaw: 'the JPEG ends inside a segment' };
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) frame ??= { height: bytes.readUInt16BE(at + 3), width: bytes.readUInt16BE(at + 5) };
    if (marker === 0xe1) mayBeTurned = true;
    at += length;
    if (marker !== 0xda) continue;
    scans += 1;
    // Entropy-coded data, in which 0xff stands before 0x00 or a restart marker.
    while (at + 1 < bytes.length) {
      const next = bytes[at + 1]!;
      if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) break;
      at++;
    }
  }
  if (frame === undefined || scans === 0) return { flaw: 'the JPEG has no frame or no scan' };
  return { ...frame, mayBeTurned };
}
