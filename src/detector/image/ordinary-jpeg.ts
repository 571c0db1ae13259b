import { createBufferPool } from '../buffer-pool.ts';
import type { DecodedPicture } from './decode.ts';
import { exifOrientation } from './exif-orientation.ts';
import { lacksScans } from './lacks-scans.ts';
import { type FitWithin, MAX_SAMPLED_SHRINK, shrinkOf } from './sampled-shrink.ts';
import { loadTurboJpeg, type TurboJpeg } from './turbojpeg.ts';

/** Pictures are decoded ahead of the inference, one for each thread of the pool. */
const KEPT_BUFFERS = 4;

const pixels = createBufferPool(KEPT_BUFFERS);
let library: Promise<TurboJpeg | undefined> | undefined;

function turboJpeg(): Promise<TurboJpeg | undefined> {
  library ??= loadTurboJpeg();
  return library;
}

/** Whether `decodeOrdinaryJpeg` can decode anything here. */
export async function hasTurboJpeg(): Promise<boolean> {
  return (await turboJpeg()) !== undefined;
}

/**
 * A JPEG that is upright, in colour or grey, small enough to be sampled as it is, and without a flaw: what sharp makes of it, in
 * half the time. Undefined for every other, and where libjpeg-turbo is not installed: whatever there is to say of those, sharp says.
 */
export async function decodeOrdinaryJpeg(
  bytes: Uint8Array,
  maxPixels: number,
  fitWithin: FitWithin,
): Promise<DecodedPicture | undefined> {
  const turbo = await turboJpeg();
  if (turbo === undefined) return undefined;
  const header = turbo.readHeader(bytes);
  if (header === undefined || header.colour === 'ink') return undefined;
  const { width, height } = header;
  const picture = { width, height };
  if (width * height > maxPixels || shrinkOf(picture, fitWithin(picture)) > MAX_SAMPLED_SHRINK) return undefined;
  if (exifOrientation(bytes) !== 1 || lacksScans(bytes)) return undefined;
  const buffer = pixels.take(width * height * 3);
  const data = new Uint8Array(buffer, 0, width * height * 3);
  const whole = await turbo.decode(bytes, header, data);
  if (!whole) pixels.give(buffer);
  return whole ? { data, width, height, picture, orientation: 1, release: () => pixels.give(buffer) } : undefined;
}
