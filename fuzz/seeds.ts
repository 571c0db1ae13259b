import sharp, { type Sharp } from 'sharp';
import type { PictureFormat } from './oracle/whole-picture.ts';

export interface Seed {
  name: string;
  format: PictureFormat;
  bytes: Buffer;
}

/**
 * Black with coloured squares, and some noise, so that every coder has something to code. Nine squares are as wide as the
 * picture: shrunk to its input, they still fill the cells of the tiny model, and it finds them.
 */
function drawing(width: number, height: number, channels: 3 | 4): Sharp {
  const side = Math.floor(width / 9);
  const pixels = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const column = Math.floor(x / side) % 9;
      const square = column % 3 === 1 && Math.floor(y / side) % 2 === 1;
      if (square) pixels[at + Math.floor(column / 3)] = 255;
      else if (y % 16 === 0) pixels.fill((x * 7 + y * 13) & 63, at, at + 3);
      if (channels === 4) pixels[at + 3] = x < width / 2 ? 255 : 200;
    }
  }
  return sharp(pixels, { raw: { width, height, channels } });
}

const small = () => drawing(72, 56, 3);
const clear = () => drawing(72, 56, 4);
const large = () => drawing(320, 200, 3);

type Recipe = [name: string, format: PictureFormat, make: () => Sharp];

/** Every way of coding that sharp can write of the three formats that are always accepted. */
const RECIPES: Recipe[] = [
  ['baseline', 'jpeg', () => small().jpeg({ quality: 85 })],
  ['baseline without subsampling', 'jpeg', () => small().jpeg({ chromaSubsampling: '4:4:4' })],
  ['progressive', 'jpeg', () => small().jpeg({ progressive: true })],
  ['grey', 'jpeg', () => small().greyscale().jpeg()],
  ['CMYK', 'jpeg', () => small().toColourspace('cmyk').jpeg()],
  ['EXIF orientation', 'jpeg', () => small().jpeg().withMetadata({ orientation: 6 })],
  [
    'EXIF and ICC',
    'jpeg',
    () =>
      small()
        .jpeg()
        .withMetadata({ exif: { IFD0: { Copyright: 'nobody' } } }),
  ],
  ['shrunk on load', 'jpeg', () => large().jpeg({ quality: 60 })],
  ['progressive, shrunk on load', 'jpeg', () => large().jpeg({ progressive: true })],
  ['RGB', 'png', () => small().png()],
  ['RGBA', 'png', () => clear().png()],
  ['interlaced', 'png', () => small().png({ progressive: true })],
  ['palette', 'png', () => small().png({ palette: true, colours: 16 })],
  ['grey', 'png', () => small().greyscale().png()],
  ['16 bits', 'png', () => small().toColourspace('rgb16').png()],
  ['EXIF', 'png', () => clear().png().withMetadata({ orientation: 8 })],
  ['large', 'png', () => large().png()],
  ['lossy', 'webp', () => small().webp()],
  ['lossless', 'webp', () => small().webp({ lossless: true })],
  ['alpha', 'webp', () => clear().webp()],
  ['lossless alpha', 'webp', () => clear().webp({ lossless: true })],
  ['EXIF', 'webp', () => small().webp().withMetadata({ orientation: 3 })],
  ['large', 'webp', () => large().webp()],
];

/** Made here and now: nobody's pictures. The last one is an animation. */
export async function makeSeeds(): Promise<Seed[]> {
  const seeds = await Promise.all(
    RECIPES.map(async ([name, format, make]) => ({ name, format, bytes: await make().toBuffer() })),
  );
  const frames = await Promise.all([small(), small().negate()].map(frame => frame.png().toBuffer()));
  const animation = await sharp(frames, { join: { animated: true } })
    .webp({ loop: 0, delay: [50, 50] })
    .toBuffer();
  return [...seeds, { name: 'animated', format: 'webp', bytes: animation }];
}
