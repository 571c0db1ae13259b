import sharp, { type Sharp } from 'sharp';
import { DetectorError } from '../errors.ts';
import { ANNOTATED_FORMATS, type AnnotatedFormat } from '../types.ts';
import type { Canvas } from './canvas.ts';

/** The longest side that the format can say, and its encoder writes: libjpeg stops before 65,535. */
const MAX_SIDE: Record<AnnotatedFormat, number> = { jpeg: 65_500, png: 2_147_483_647, webp: 16_383 };

/** Throws `DetectorError` `invalid_option` for a picture that the format has no room for. */
export function checkRoom({ width, height }: { width: number; height: number }, format: AnnotatedFormat): void {
  if (Math.max(width, height) <= MAX_SIDE[format]) return;
  const other = ANNOTATED_FORMATS.find(one => Math.max(width, height) <= MAX_SIDE[one])!;
  throw new DetectorError(
    'invalid_option',
    `The picture has ${width}x${height} pixels; ${format} holds at most ${MAX_SIDE[format]} on a side, ask for ${other}.`,
  );
}

/** Colour is shrunk with care up to here: above, lines and letters are drawn large, and the care takes seconds. */
const CAREFUL_WEBP_PIXELS = 4_000_000;

/** No metadata of the original goes along: it says where a picture was taken, too. */
export async function encodePicture({ data, width, height }: Canvas, format: AnnotatedFormat): Promise<Uint8Array> {
  const picture = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  switch (format) {
    case 'jpeg':
      // Coloured lines and letters smear where colour has half the resolution.
      return picture.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
    case 'png':
      return picture.png({ compressionLevel: 3 }).toBuffer();
    case 'webp':
      return encodeWebp(picture, width * height <= CAREFUL_WEBP_PIXELS);
  }
}

/** Throws `DetectorError` `invalid_option`: some parts of a WebP have sizes of 16 and 19 bits, which pictures of 20 megapixels and full of detail exceed. */
async function encodeWebp(picture: Sharp, careful: boolean): Promise<Uint8Array> {
  try {
    return await picture.webp({ quality: 90, effort: 1, smartSubsample: careful }).toBuffer();
  } catch (error) {
    if (!/unable to encode/.test((error as Error).message)) throw error;
    throw new DetectorError('invalid_option', 'The picture has more detail than webp can hold; ask for jpeg or png.');
  }
}
