import { createBufferPool } from '../../memory/buffer-pool.ts';
import type { DecodedPicture } from './decode.ts';
import { exifOrientation } from './exif-orientation.ts';
import { hasOneScan } from './has-one-scan.ts';
import { isHeavy } from './heavy-decodes.ts';
import { lacksScans } from './lacks-scans.ts';
import type { Size } from './placement.ts';
import { averagedSize, decoderShrink, type FitWithin } from './sampled-shrink.ts';
import { loadTurboJpeg, scaled, type TurboJpeg } from './turbojpeg.ts';

/** Pictures are decoded ahead of the inference, one for each thread of the pool. */
const KEPT_BUFFERS = 4;
/** sharp averages larger pictures down row by row, without holding them. */
const MAX_AVERAGED_BYTES = 8 * 1024 * 1024;
/** Buffers of pictures to average are given back before the next stage, so that fewer are in use at once. */
const KEPT_FOR_AVERAGING = 2;

const pixels = createBufferPool(KEPT_BUFFERS);
const averagedPixels = createBufferPool(KEPT_FOR_AVERAGING);
let library: Promise<TurboJpeg | undefined> | undefined;

function turboJpeg(): Promise<TurboJpeg | undefined> {
  library ??= loadTurboJpeg();
  return library;
}

/** Whether `decodeOrdinaryJpeg` can decode anything here. */
export async function hasTurboJpeg(): Promise<boolean> {
  return (await turboJpeg()) !== undefined;
}

export interface OrdinaryJpeg extends DecodedPicture {
  /** What is left to do before it is sampled: to average the first so many columns and rows (`of`) down to the size `to`. */
  averaging?: { of: Size; to: Size };
}

/**
 * Decodes a JPEG that is upright, in colour or grey, and without a flaw, to the very pixels that sharp would give, in half the time; in three
 * quarters of it where the picture is shrunk, which libjpeg-turbo does by the factor that sharp gives its own libjpeg.
 *
 * Undefined for every other JPEG, for one that would take much memory here or in its decoder, and where libjpeg-turbo is not installed: sharp
 * then decodes or refuses it.
 */
export async function decodeOrdinaryJpeg(
  bytes: Uint8Array,
  maxPixels: number,
  fitWithin: FitWithin,
): Promise<OrdinaryJpeg | undefined> {
  const turbo = await turboJpeg();
  if (turbo === undefined) return undefined;
  const header = turbo.readHeader(bytes);
  if (header === undefined || header.colour === 'ink') return undefined;
  const { width, height } = header;
  const picture = { width, height };
  if (width * height > maxPixels || exifOrientation(bytes) !== 1 || lacksScans(bytes)) return undefined;

  const to = averagedSize(picture, fitWithin(picture), true);
  const factor = to === undefined ? 1 : decoderShrink(picture, to);
  const size = scaled(picture, factor);
  const length = size.width * size.height * 3;
  if (to !== undefined && length > MAX_AVERAGED_BYTES) return undefined;
  // Of several scans the decoder holds all coefficients; sharp has those wait for each other that are large.
  const held = { ...picture, channels: header.colour === 'grey' ? 1 : 3, depth: 'uchar', isProgressive: true };
  if ((to !== undefined || isHeavy(held, 'jpeg')) && !hasOneScan(bytes)) return undefined;

  const pool = to === undefined ? pixels : averagedPixels;
  // Of one size where photos come in all sizes: what is not written takes no memory, and none is left behind for a larger one.
  const buffer = pool.take(to === undefined ? length : MAX_AVERAGED_BYTES);
  const data = new Uint8Array(buffer, 0, length);
  const release = () => pool.give(buffer);
  if (!(await turbo.decode(bytes, size, data))) {
    release();
    return undefined;
  }
  const decoded = { data, ...size, picture, orientation: 1, release };
  if (to === undefined) return decoded;
  // As libvips does: a pixel that stands for fewer is left out.
  const of = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  return { ...decoded, averaging: { of, to } };
}
