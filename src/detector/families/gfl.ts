import type { CandidateRule } from '../gfl/candidates.ts';
import { type Family, type Protocol, type Recognition, RGB_IMAGENET } from './family.ts';
import { type GridTraits, recogniseGrid } from './recognise-grid.ts';

const TRAITS: GridTraits = {
  strides: [8, 16, 32, 64, 128],
  bins: [17],
  priorOffset: 0,
  distances: true,
  forms: ['pairs apart', 'pairs together', 'fused apart', 'fused together'],
  order: 'scores-first',
};

/**
 * Source: open-mmlab/mmdetection 3.x, configs/gfl/gfl_r50_fpn_1x_coco.py, mmdet/models/dense_heads/gfl_head.py and base_dense_head.py; LD:
 * HikariTJU/LD@4287990, configs/ld.
 */
export const gfl: Family = {
  about: 'mmdetection GFL and LD (17 bins, strides 8 to 128)',
  recognise: (graph, probe, wishes) => recogniseGrid(graph, probe, TRAITS, wishes),
  protocol: (_head, anySize) => protocol(anySize, 'all-classes'),
};

/**
 * The score is already the product of class and quality, a probability. Source: implus/GFocalV2@bfcc2b9,
 * mmdet/models/dense_heads/gfocal_head.py and configs/gfocal/gfocal_r50_fpn_1x.py.
 */
export const gflv2: Family = {
  about: 'GFLv2 (as gfl; the graph gives probabilities)',
  recognise(graph, probe, wishes): Recognition {
    const found = recogniseGrid(graph, probe, TRAITS, wishes);
    if (!('head' in found) || !('scores' in found.head) || found.head.scores === 'probability') return found;
    return { reasons: ['its scores are logits, and those of GFLv2 are probabilities: it is gfl'] };
  },
  protocol: (_head, anySize) => protocol(anySize, 'max-class'),
};

function protocol(anySize: boolean, rule: CandidateRule): Protocol {
  const resized = { interpolation: 'bilinear', sampling: 'half-pixel', rounding: 'round', pad: 'mean' } as const;
  return {
    input: {
      // A graph of fixed size has no room for portraits at this scale: they become smaller than published.
      resize: anySize
        ? { fit: 'keep-ratio', shortSide: 800, longSide: 1333, ...resized }
        : { fit: 'letterbox', position: 'top-left', ...resized },
      ...RGB_IMAGENET,
    },
    size: { width: 1344, height: 800 },
    multipleOf: 32,
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule },
    nms: { iouThreshold: 0.6, space: 'original', clip: 'content', maxDetections: 100 },
  };
}
