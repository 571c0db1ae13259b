import type { OutputForm } from '../model/reform-graph.ts';
import { DAMO_YOLO } from './damo-yolo.ts';
import { type Family, type Protocol, type Recognised, SUPPRESSED } from './family.ts';
import { PREPROCESSING } from './preprocessing.ts';
import { recogniseDecoded } from './recognise-decoded.ts';
import { RTMDET } from './rtmdet.ts';
import { yolov8 } from './yolov8.ts';

/** PP-YOLOE's, for scores and boxes without suppression. Source: PaddlePaddle/PaddleDetection@666f597, configs/ppyoloe/_base_/ppyoloe_plus_crn.yml. */
const PPYOLOE = {
  candidates: { scoreThreshold: 0.01, perLevel: 1000, rule: 'all-classes' },
  nms: { iouThreshold: 0.7, space: 'input', maxDetections: 300 },
} satisfies Partial<Protocol>;

/**
 * Everything whose boxes are decoded in the graph. Many families look alike from outside: the form decides whose protocol is
 * the default, and it may be another's.
 */
export const decoded: Family = {
  about:
    'boxes decoded in the graph, suppressed (mmdeploy, PaddleDetection, super-gradients) or not: in one tensor or several',
  recognise: recogniseDecoded,
  protocol(head, anySize, form) {
    const whose = likeliest(head, form);
    if (whose === 'rtmdet') return RTMDET;
    if (whose === 'damo-yolo') return DAMO_YOLO;
    const prepared = PREPROCESSING[whose](head, anySize);
    if (!('outputs' in head)) return { ...prepared, ...SUPPRESSED };
    return whose === 'yolov8' ? yolov8.protocol(head, anySize) : { ...prepared, ...PPYOLOE };
  },
  assumes: likeliest,
};

/** YOLOv7 prepares pictures as YOLOv8 does. */
const WHOSE_ROWS = {
  'box-first': 'yolov8',
  'class-first': 'ppyoloe-plus',
  'image-first': 'yolov8',
  'image-first-class-last': 'yolo-nas',
} as const;

/** RTMDet's where the graph suppresses, DAMO-YOLO's for two tensors, YOLOv8's for one; where outputs were made of others, whose those are. */
function likeliest(head: Recognised['head'], form?: OutputForm) {
  if (form?.form === 'rows') return WHOSE_ROWS[form.order];
  if (form?.form === 'columns') return 'yolo-nas';
  if (form?.form === 'crossed') return 'ppyoloe-plus';
  if (!('outputs' in head)) return 'rtmdet';
  return head.order === undefined ? 'damo-yolo' : 'yolov8';
}
