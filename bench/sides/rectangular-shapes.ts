import sharp from 'sharp';
import { placePicture } from '../../src/detector/image/placement.ts';
import type { InputSpec } from '../../src/detector/model/manifest.ts';

/** (width, height) of the network input that the service gives each picture when it leaves the empty border out. */
export function rectangularShapes(input: InputSpec, pictures: readonly Buffer[]): Promise<[number, number][]> {
  return Promise.all(
    pictures.map(async (picture): Promise<[number, number]> => {
      const { autoOrient } = await sharp(picture).metadata();
      const { width, height } = placePicture(input, autoOrient, 'rectangular');
      return [width, height];
    }),
  );
}
