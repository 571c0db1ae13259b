import { existsSync } from 'node:fs';
import sharp from 'sharp';
import type { PictureRequest } from './load/connection.ts';
import { pictureRequest, pictureRequests } from './load/picture-requests.ts';

/** One in so many is a photo of 1 to 12 megapixels, one a drawn picture of any shape; the rest come from the folder. */
const PHOTO_EVERY = 10;
const DRAWN_EVERY = 10;
const DRAWN = 12;

/** A round of requests to be sent over and over. */
export async function mixedSizes(
  folder: string,
  photosFolder: string,
): Promise<{ requests: PictureRequest[]; about: string }> {
  const everyday = await pictureRequests(folder, 'raw');
  const photos = existsSync(photosFolder) ? await pictureRequests(photosFolder, 'raw') : [];
  const drawn = await Promise.all(Array.from({ length: DRAWN }, (_, number) => draw(number)));
  const requests: PictureRequest[] = [];
  // As long as it takes for every picture of each kind to meet different neighbours.
  for (let index = 0; index < everyday.length * 3; index++) {
    requests.push(everyday[index % everyday.length]!);
    if (index % PHOTO_EVERY === 0 && photos.length > 0) requests.push(photos[(index / PHOTO_EVERY) % photos.length]!);
    if (index % DRAWN_EVERY === 5) requests.push(drawn[Math.floor(index / DRAWN_EVERY) % drawn.length]!);
  }
  const share = (count: number) => `${Math.round((count / requests.length) * 100)} %`;
  const large = requests.filter(request => photos.includes(request)).length;
  const odd = requests.filter(request => drawn.includes(request)).length;
  return {
    requests,
    about: `pictures of ${folder}, ${share(large)} photos of 1 to 12 megapixels, ${share(odd)} PNG and WebP of odd shapes (40x900 to 2100x700)`,
  };
}

/** Smooth noise of an odd shape. */
async function draw(number: number): Promise<PictureRequest> {
  const width = [40, 333, 900, 2100][number % 4]!;
  const height = [900, 250, 700][number % 3]!;
  const seed = Buffer.from(Array.from({ length: 16 * 16 * 3 }, (_, index) => (index * 97 + number * 41) % 256));
  const pipeline = sharp(seed, { raw: { width: 16, height: 16, channels: 3 } }).resize(width, height, { fit: 'fill' });
  const bytes = await (number % 2 === 0 ? pipeline.png() : pipeline.webp()).toBuffer();
  return pictureRequest(`drawn-${number}`, bytes, 'raw');
}
