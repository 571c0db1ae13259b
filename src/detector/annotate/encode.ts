import sharp from 'sharp';
import { DetectorError } from '../errors.ts';
import type { Canvas } from './canvas.ts';

/** What an annotated picture can be encoded as. */
export const ANNOTATED_FORMATS = ['jpeg', 'png', 'webp'] as const;
/** The formats an annotated picture is encoded in. */
export type AnnotatedFormat = (typeof ANNOTATED_FORMATS)[number];

/** The longest side that the format can say. */
const MAX_SIDE: Record<AnnotatedFormat, number> = { jpeg: 65_535, png: 2_147_483_647, webp: 16_383 };

/** Throws `DetectorError` `invalid_option` for a picture that the format has no room for. */
export function checkRoom({ width, height }: { width: number; height: number }, format: AnnotatedFormat): void {
  if (Math.max(width, height) <= MAX_SIDE[format]) return;
  const other = ANNOTATED_FORMATS.find(one => Math.max(width, height) <= MAX_SIDE[one])!;
  throw new DetectorError(
    'invalid_option',
    `The picture has ${width}x${height} pixels; ${format} holds at most ${MAX_SIDE[format]} on a side, ask for ${other}.`,
  );
}

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
      return picture.webp({ quality: 90, effort: 1, smartSubsample: true }).toBuffer();
  }
}
