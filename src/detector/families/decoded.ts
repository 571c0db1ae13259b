import { BGR_IMAGENET, type Family, type Protocol } from './family.ts';
import { recogniseDecoded } from './recognise-decoded.ts';
import { yolov8 } from './yolov8.ts';

const HALF_PIXEL = { interpolation: 'bilinear', sampling: 'half-pixel' } as const;

/** MODELS.md 11: keep-ratio, padded at the bottom and the right with 114. */
const RTMDET: Protocol = {
  input: {
    resize: { fit: 'letterbox', position: 'top-left', rounding: 'round', ...HALF_PIXEL, pad: [114, 114, 114] },
    ...BGR_IMAGENET,
  },
  size: { width: 640, height: 640 },
  multipleOf: 32,
  candidates: { scoreThreshold: 0.05 },
  nms: { maxDetections: 100 },
};

/** MODELS.md 8: stretched, 0..255 without normalisation. */
const DAMO_YOLO: Protocol = {
  input: {
    resize: { fit: 'stretch', ...HALF_PIXEL, pad: [0, 0, 0] },
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

/**
 * Everything whose boxes are decoded in the graph. Many families look alike from outside: the form decides whose protocol is
 * the default (RTMDet's where the graph suppresses, DAMO-YOLO's for two tensors, YOLOv8's for one), and it may be another's.
 */
export const decoded: Family = {
  about: 'boxes decoded in the graph: dets and labels (mmdeploy, RTMDet), boxes and scores (DAMO-YOLO), or one tensor',
  recognise: recogniseDecoded,
  protocol(head, anySize) {
    if (!('outputs' in head)) return RTMDET;
    return head.order === undefined ? DAMO_YOLO : yolov8.protocol(head, anySize);
  },
};
