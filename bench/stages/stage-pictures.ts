import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Files that are measured as one row: the mean of them. */
export interface StagePicture {
  name: string;
  files: Buffer[];
}

const SIZES: readonly [name: string, width: number, height: number][] = [
  ['0.3 MP', 640, 480],
  ['2 MP', 1632, 1224],
  ['12 MP', 4000, 3000],
];
const FORMATS = {
  JPEG: (pipeline: Sharp) => pipeline.jpeg({ quality: 90 }),
  PNG: (pipeline: Sharp) => pipeline.png({ compressionLevel: 6 }),
  WebP: (pipeline: Sharp) => pipeline.webp({ quality: 85 }),
};
const PHOTOS = ['../shared/data/photos/12.0MP_sports_car.jpg', 'samples/motorcycle.jpg'];
const FOLDER_PICTURES = 32;

/**
 * JPEGs of the folder that have 640x480 pixels as they are, then one photo in three sizes and formats.
 *
 * @param photo a large JPEG; by default the 12-megapixel one of the shared data, else a sample enlarged
 */
export async function stagePictures(
  folder: string,
  photo = PHOTOS.find(file => existsSync(file)),
): Promise<StagePicture[]> {
  const pictures: StagePicture[] = [];
  const asTheyAre = await ofSize(folder, 640, 480);
  if (asTheyAre.length > 0) pictures.push({ name: `${asTheyAre.length} COCO JPEGs of 640x480`, files: asTheyAre });
  for (const [size, width, height] of SIZES) {
    const pixels = sharp(await readFile(photo!)).resize(width, height, { fit: 'cover' });
    for (const [format, encode] of Object.entries(FORMATS)) {
      pictures.push({ name: `${size} ${format}`, files: [await encode(pixels.clone()).toBuffer()] });
    }
  }
  return pictures;
}

async function ofSize(folder: string, width: number, height: number): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const file of (await readdir(folder)).filter(name => /\.jpe?g$/i.test(name)).sort()) {
    const bytes = await readFile(path.join(folder, file));
    const header = await sharp(bytes).metadata();
    if (header.width === width && header.height === height) found.push(bytes);
    if (found.length === FOLDER_PICTURES) break;
  }
  return found;
}
