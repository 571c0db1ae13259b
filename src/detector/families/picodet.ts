import { type Family, RGB_IMAGENET } from './family.ts';
import { recogniseGrid } from './recognise-grid.ts';

/** MODELS.md 5: the exports with a pair of outputs a level (post-processing off). */
export const picodet: Family = {
  about: 'PP-PicoDet of 2021 and 2022 (a pair of outputs a level, strides 8 to 64)',
  recognise: (graph, probe, wishes) =>
    recogniseGrid(
      graph,
      probe,
      {
        strides: [8, 16, 32, 64],
        bins: [8],
        priorOffset: 0.5,
        distances: true,
        forms: ['pairs apart'],
        order: 'scores-first',
      },
      wishes,
    ),
  protocol: () => ({
    input: {
      resize: { fit: 'stretch', interpolation: 'cubic', sampling: 'half-pixel', pad: [0, 0, 0] },
      ...RGB_IMAGENET,
    },
    size: { width: 416, height: 416 },
    multipleOf: 32,
    candidates: { scoreThreshold: 0.025, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  }),
};
