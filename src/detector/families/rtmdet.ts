import { BGR_IMAGENET, type Protocol } from './family.ts';

/** Keep-ratio, padded at the bottom and the right with 114. Source: open-mmlab/mmdetection 3.x, configs/rtmdet/rtmdet_l_8xb32-300e_coco.py. */
export const RTMDET: Protocol = {
  input: {
    resize: {
      fit: 'letterbox',
      position: 'top-left',
      interpolation: 'bilinear',
      sampling: 'half-pixel',
      rounding: 'round',
      pad: [114, 114, 114],
    },
    ...BGR_IMAGENET,
  },
  size: { width: 640, height: 640 },
  multipleOf: 32,
  candidates: { scoreThreshold: 0.05 },
  nms: { maxDetections: 100 },
};
