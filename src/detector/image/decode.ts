import type { Metadata, SharpOptions } from 'sharp';
import { DetectorError } from '../errors.ts';
import { isShortage } from '../shortage.ts';
import type { OptionalFormat } from '../types.ts';
import { checkCoding } from './check-coding.ts';
import { firstDirectory } from './first-directory.ts';
import { acceptedFormats, type PictureFormat } from './format.ts';
import { hasLossless } from './has-lossless.ts';
import { hasSteppedProfile } from './has-stepped-profile.ts';
import { afterHeavyDecodes } from './heavy-decodes.ts';
import { decodeOrdinaryJpeg, type OrdinaryJpeg } from './ordinary-jpeg.ts';
import { averagedSize, type FitWithin } from './sampled-shrink.ts';
import { undecodable } from './undecodable.ts';
import { withoutText } from './without-text.ts';

/** What a picture may be, to be decoded at all. */
export interface DecodeLimits {
  /** Width times height above which a picture is refused before its pixels are read. */
  maxPixels: number;
  /** Formats accepted beside JPEG, PNG and WebP. */
  formats: readonly OptionalFormat[];
}

/** Upright 8-bit RGB pixels. */
export interface Pixels {
  /** (height, width, 3) */
  data: Uint8Array;
  width: number;
  height: number;
  /** Size of the whole upright picture; `width` and `height` are smaller when it was shrunk while decoding. */
  picture: { width: number; height: number };
}

export interface DecodedPicture extends Pixels {
  /** EXIF orientation that was applied, 1..8; 1 when the picture names none. */
  orientation: number;
  /** Says that the pixels have been used; their memory may then serve other pictures. */
  release?: () => void;
}

/** libvips names of the loaders that read each format from memory. */
const LOADERS: Record<PictureFormat, string> = {
  jpeg: 'VipsForeignLoadJpegBuffer',
  png: 'VipsForeignLoadPngBuffer',
  webp: 'VipsForeignLoadWebpBuffer',
  gif: 'VipsForeignLoadNsgifBuffer',
  tiff: 'VipsForeignLoadTiffBuffer',
  avif: 'VipsForeignLoadHeifBuffer',
};

/**
 * Of a picture: what JPEG and GIF can say at all. libvips keeps rows by the dozen, and works through rows of one pixel slowly: 33 megapixels in one row
 * took 3.5 GB, in one column 20 s, each 260 kB of PNG.
 */
const MAX_SIDE = 65_535;

/** How pictures are averaged down. */
const AVERAGE = { fit: 'fill', kernel: 'linear' } as const;

/** With the first picture: a process that decodes none stays smaller without libvips. */
async function loadSharp(): Promise<typeof import('sharp')['default']> {
  return (await import('sharp')).default;
}

/**
 * Sets libvips up for a server, for the whole process: no cache, one thread a picture (pictures are the parallelism), and
 * no loader but those of the accepted formats, so that SVG, PDF and file paths cannot be reached whatever the bytes say.
 */
export async function restrictDecoders(formats: readonly OptionalFormat[]): Promise<void> {
  const sharp = await loadSharp();
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: acceptedFormats(formats).map(format => LOADERS[format]) });
}

/**
 * Decodes the first frame of an encoded picture, turned upright by its EXIF orientation, as 8-bit sRGB: grey, CMYK, 16-bit
 * and palette pictures are converted, transparent ones laid on white. `fitWithin` is the size the caller will sample it
 * down to: larger pictures than twice that are averaged down while decoding (JPEGs already in the decoder), since
 * bilinear sampling alone would skip pixels.
 *
 * Throws `DetectorError`: `unsupported_media_type` for bytes of no accepted format, `unprocessable_image` for pictures
 * that are too large, do not decode or have too many scans or other pieces. What a library says of memory that it did not get (`isShortage`) comes as it is.
 */
export async function decodePicture(
  bytes: Uint8Array,
  limits: DecodeLimits,
  fitWithin: FitWithin,
): Promise<DecodedPicture> {
  const format = checkCoding(bytes, limits.formats);
  const ordinary = format === 'jpeg' ? await decodeOrdinaryJpeg(bytes, limits.maxPixels, fitWithin) : undefined;
  if (ordinary === undefined) return decodeWithSharp(bytes, format, limits, fitWithin);
  return ordinary.averaging === undefined ? ordinary : averageDown(ordinary, ordinary.averaging);
}

/** Without what says nothing about the pixels, and may take a decoder long. */
function withoutExtras(bytes: Uint8Array, format: PictureFormat): Uint8Array {
  if (format === 'png') return withoutText(bytes);
  return format === 'tiff' ? firstDirectory(bytes) : bytes;
}

/** With the same kernel as in `decodeWithSharp`. */
async function averageDown(
  { data, width, height, picture, orientation, release }: OrdinaryJpeg,
  { of, to }: NonNullable<OrdinaryJpeg['averaging']>,
): Promise<DecodedPicture> {
  const sharp = await loadSharp();
  try {
    let pipeline = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
    if (of.width < width || of.height < height) pipeline = pipeline.extract({ left: 0, top: 0, ...of });
    const averaged = await pipeline
      .resize({ ...to, ...AVERAGE })
      .raw()
      .toBuffer();
    return { data: averaged, ...to, picture, orientation };
  } finally {
    release?.();
  }
}

/**
 * The whole picture for people to look at: as `decodePicture`, but with its colour profile applied and at its full size.
 * Its pixels are the caller's to draw on.
 */
export async function decodeForViewing(bytes: Uint8Array, limits: DecodeLimits): Promise<Pixels> {
  const format = checkCoding(bytes, limits.formats);
  return decodeWithSharp(bytes, format, limits, picture => picture, 'seen');
}

/**
 * Every picture there is; `decodePicture` takes a shorter way to the same pixels where it can.
 *
 * @param colours `stored`: the values in the file; `seen`: what a screen shows of them
 */
export async function decodeWithSharp(
  given: Uint8Array,
  format: PictureFormat,
  limits: DecodeLimits,
  fitWithin: FitWithin,
  colours: 'stored' | 'seen' = 'stored',
): Promise<DecodedPicture> {
  const bytes = withoutExtras(given, format);
  const header = await readHeader(bytes, format, limits.maxPixels);
  const picture = { width: header.autoOrient.width, height: header.autoOrient.height };
  // The family is trained and evaluated on the stored values (cv2.imread); only ink needs its profile to become colour.
  const ignoreIcc = colours === 'stored' && header.space !== 'cmyk';
  if (!ignoreIcc && hasSteppedProfile(header.icc)) {
    throw new DetectorError(
      'unprocessable_image',
      'The colour profile of the picture is computed in steps, which may take long; save it again in sRGB.',
    );
  }
  const options: SharpOptions = {
    limitInputPixels: limits.maxPixels,
    // TIFF warns of tags it does not know in files that are whole.
    failOn: format === 'tiff' ? 'error' : 'warning',
    ignoreIcc,
  };
  const averaged = averagedSize(picture, fitWithin(picture), format === 'jpeg');
  const sharp = await loadSharp();
  let pipeline = sharp(bytes, options).autoOrient();
  if (averaged !== undefined) pipeline = pipeline.resize({ ...averaged, ...AVERAGE });
  try {
    pipeline = pipeline.toColourspace('srgb');
    // sharp turns 16 bits with a profile into P3, and only then asks what is wanted.
    if (colours === 'seen' && header.space === 'rgb16' && header.hasProfile) {
      pipeline = pipeline.withIccProfile('srgb', { attach: false });
    }
    const pixels = pipeline.flatten({ background: '#ffffff' }).raw({ depth: 'uchar' });
    const losslessBytes = format === 'webp' && hasLossless(bytes) ? bytes.length : 0;
    const { data, info } = await afterHeavyDecodes({ ...header, losslessBytes }, format, () =>
      pixels.toBuffer({ resolveWithObject: true }),
    );
    if (info.channels !== 3) throw new Error(`sharp gave ${info.channels} channels`);
    return { data, width: info.width, height: info.height, picture, orientation: orientationOf(header) };
  } catch (cause) {
    throw undecodable(cause);
  }
}

/** Reads no pixels; refuses a picture that has too many. */
async function readHeader(bytes: Uint8Array, format: PictureFormat, maxPixels: number): Promise<Metadata> {
  let header: Metadata;
  try {
    // The library's own pixel limit would fail here without a code; the check below has a sentence.
    const sharp = await loadSharp();
    header = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    if (isShortage(cause)) throw cause;
    // Both are containers, and whole files of them can hold what no reader here knows.
    if (format === 'tiff' || format === 'avif') {
      const name = format.toUpperCase();
      throw new DetectorError('unsupported_media_type', `This kind of ${name} is not supported, or it is damaged.`, {
        cause,
      });
    }
    throw undecodable(cause);
  }
  const { width, height } = header;
  const refuse = (most: string): never => {
    throw new DetectorError(
      'unprocessable_image',
      `The picture has ${width}x${height} pixels; at most ${most} accepted.`,
    );
  };
  if (width * height > maxPixels) refuse(`${maxPixels} are`);
  if (Math.max(width, height) > MAX_SIDE) refuse(`${MAX_SIDE} on a side are`);
  return header;
}

/** Numbers that are no orientation are stored too, and are not applied. */
function orientationOf({ orientation = 1 }: Metadata): number {
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}
