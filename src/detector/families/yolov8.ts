import { type Family, type Protocol, SUPPRESSED } from './family.ts';
import { recogniseFused, recogniseSuppressed } from './recognise-decoded.ts';
import { recogniseGrid } from './recognise-grid.ts';

const OUTSIDE = {
  candidates: { scoreThreshold: 0.001, perLevel: 10_000, rule: 'all-classes' },
  nms: { iouThreshold: 0.7, space: 'input', clip: 'none', maxDetections: 300 },
} satisfies Partial<Protocol>;

/**
 * Raw DFL maps, or boxes decoded in the graph; evaluated with several classes a point, as published. Source: ultralytics/ultralytics,
 * ultralytics/nn/modules/head.py, utils/tal.py, utils/nms.py and utils/ops.py.
 */
export const yolov8: Family = {
  about: 'YOLOv8 and YOLO11: raw DFL heads (16 bins, boxes first), decoded boxes, or suppressed ones (also YOLOv10)',
  recognise(graph, probe, wishes) {
    const raw = recogniseGrid(
      graph,
      probe,
      {
        strides: [8, 16, 32],
        bins: [16],
        priorOffset: 0.5,
        distances: false,
        forms: ['fused apart', 'pairs apart', 'fused together'],
        order: 'boxes-first',
      },
      wishes,
    );
    if ('head' in raw) return raw;
    const suppressed = recogniseSuppressed(graph, probe);
    if (suppressed !== undefined) {
      const isOurs = graph.form?.form === 'rows' && graph.form.order === 'box-first';
      return isOurs ? suppressed : { reasons: ['it suppresses inside: it is decoded'] };
    }
    const decoded = recogniseFused(probe, wishes);
    if ('head' in decoded) return decoded;
    return { reasons: [...raw.reasons, ...decoded.reasons] };
  },
  assumes(head) {
    if (!('outputs' in head) || head.boxes === 'logits') return undefined;
    // Theirs are centres and sizes, one row a channel; PP-YOLOE's corners, one row a point, have as many channels.
    return head.boxes === 'cxcywh' && head.layout === 'channels-first' ? undefined : 'yolov8';
  },
  protocol: head => ({
    input: {
      resize: {
        fit: 'letterbox',
        position: 'centre',
        interpolation: 'bilinear',
        sampling: 'half-pixel',
        rounding: 'round',
        boxScale: 'single',
        pad: [114, 114, 114],
      },
      colour: 'rgb',
      scale: 1,
      mean: [0, 0, 0],
      std: [255, 255, 255],
    },
    size: { width: 640, height: 640 },
    multipleOf: 32,
    ...('outputs' in head ? OUTSIDE : SUPPRESSED),
  }),
};
