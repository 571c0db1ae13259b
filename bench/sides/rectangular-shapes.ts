import sharp from 'sharp';
import type { InputSpec } from '../../src/detector/model/input-schema.ts';

/** Whether the service gives letterboxed pictures of this model a network input without most of the empty border. */
export function allowsRectangular({ resize, dynamic }: InputSpec): boolean {
  return resize.fit === 'letterbox' && dynamic?.spatial === true;
}

/** (width, height) of the rectangular network input of each picture. */
export function rectangularShapes(input: InputSpec, bodies: readonly Buffer[]): Promise<[number, number][]> {
  const multiple = input.dynamic?.multipleOf ?? 1;
  const up = (side: number) => Math.ceil((side - 1e-6) / multiple) * multiple;
  return Promise.all(
    bodies.map(async (body): Promise<[number, number]> => {
      const { width, height } = (await sharp(body).metadata()).autoOrient;
      const scale = Math.min(input.width / width, input.height / height);
      return [up(width * scale), up(height * scale)];
    }),
  );
}
