import sharp from 'sharp';
import { type DecodeLimits, decodePicture } from './decode.ts';

export interface Thumbnail {
  /** Encoded, of `type`. */
  bytes: Uint8Array;
  type: 'image/webp';
}

const QUALITY = 68;

/** A small upright copy of an encoded picture, neither side over `maxSide` pixels. Throws as `decodePicture` does. */
export async function makeThumbnail(bytes: Uint8Array, limits: DecodeLimits, maxSide: number): Promise<Thumbnail> {
  const { data, width, height } = await decodePicture(bytes, limits, picture => {
    const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
    return { width: picture.width * scale, height: picture.height * scale };
  });
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer();
  return { bytes: small, type: 'image/webp' };
}
