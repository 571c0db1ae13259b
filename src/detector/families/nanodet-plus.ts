import { BGR_IMAGENET, type Family } from './family.ts';
import { recogniseGrid } from './recognise-grid.ts';

/** Source: RangiLyu/nanodet@be9b4a9, nanodet/model/head/nanodet_plus_head.py and config/nanodet-plus-m_416.yml. */
export const nanodetPlus: Family = {
  about: 'NanoDet-Plus: m and m-1.5x (one tensor, strides 8 to 64)',
  recognise: (graph, probe, wishes) =>
    recogniseGrid(
      graph,
      probe,
      {
        strides: [8, 16, 32, 64],
        bins: [8],
        priorOffset: 0,
        distances: false,
        forms: ['fused together'],
        order: 'scores-first',
        sigmoid: true,
      },
      wishes,
    ),
  protocol: () => ({
    input: {
      resize: { fit: 'stretch', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
      ...BGR_IMAGENET,
    },
    size: { width: 416, height: 416 },
    multipleOf: 32,
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  }),
};
