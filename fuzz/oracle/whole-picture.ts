import { wholeJpeg } from './whole-jpeg.ts';
import { wholePng } from './whole-png.ts';
import { wholeWebp } from './whole-webp.ts';

export type PictureFormat = 'jpeg' | 'png' | 'webp';

/** What a reader that shares no code with the service makes of a picture: whole, or why it cannot be. */
export type Reading = { width: number; height: number; mayBeTurned: boolean } | { flaw: string };

/** Reads structure only, to its end. A picture with a flaw must never be answered with detections. */
export function readWhole(bytes: Buffer): Reading {
  try {
    if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return wholeJpeg(bytes);
    if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return wholePng(bytes);
    if (/^RIFF.{4}WEBP/s.test(bytes.toString('latin1', 0, 12))) return wholeWebp(bytes);
  } catch (error) {
    if (error instanceof RangeError) return { flaw: 'it ends in the middle of a field' };
    throw error;
  }
  return { flaw: 'it is no JPEG, PNG or WebP' };
}
