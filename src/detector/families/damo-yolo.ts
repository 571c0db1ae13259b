import type { Protocol } from './family.ts';

/** Stretched, 0..255 without normalisation. Source: tinyvision/DAMO-YOLO@319572e, damo/config/augmentations.py and damo/utils/boxes.py. */
export const DAMO_YOLO: Protocol = {
  input: {
    resize: { fit: 'stretch', interpolation: 'bilinear', sampling: 'half-pixel', pad: [0, 0, 0] },
    colour: 'rgb',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  size: { width: 640, height: 640 },
  multipleOf: 32,
  candidates: { scoreThreshold: 0.05, perLevel: 10_000, rule: 'all-classes' },
  nms: { iouThreshold: 0.7, space: 'input', clip: 'none', maxDetections: 500 },
};
