import { BGR_IMAGENET, type Family } from './family.ts';
import { recogniseGrid } from './recognise-grid.ts';

/**
 * Source: RangiLyu/nanodet v0.4.2, nanodet/model/head/gfl_head.py and nanodet/data/transform/warp.py. Releases v0.0.x, before 2021-02-20,
 * have priorOffset "(stride-1)/2".
 */
export const nanodet: Family = {
  about: 'NanoDet v0.x: m, m-0.5x, m-1.5x, g, t, EfficientNet-Lite, RepVGG (strides 8, 16, 32)',
  recognise: (graph, probe, wishes) =>
    recogniseGrid(
      graph,
      probe,
      {
        strides: [8, 16, 32],
        bins: [8, 11],
        priorOffset: 0.5,
        distances: true,
        forms: ['pairs apart', 'fused together'],
        order: 'scores-first',
      },
      wishes,
    ),
  protocol: () => ({
    input: {
      resize: { fit: 'letterbox', position: 'centre', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
      ...BGR_IMAGENET,
    },
    size: { width: 416, height: 416 },
    multipleOf: 32,
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  }),
  // Those with EfficientNet-Lite have the same head.
  assumes: () => 'nanodet',
};
