import { DAMO_YOLO } from './damo-yolo.ts';
import type { Family, Recognised } from './family.ts';
import { recogniseDecoded } from './recognise-decoded.ts';
import { RTMDET } from './rtmdet.ts';
import { yolov8 } from './yolov8.ts';

const PROTOCOLS = { rtmdet: () => RTMDET, 'damo-yolo': () => DAMO_YOLO, yolov8: yolov8.protocol };

/**
 * Everything whose boxes are decoded in the graph. Many families look alike from outside: the form decides whose protocol is
 * the default (RTMDet's where the graph suppresses, DAMO-YOLO's for two tensors, YOLOv8's for one), and it may be another's.
 */
export const decoded: Family = {
  about: 'boxes decoded in the graph: dets and labels (mmdeploy, RTMDet), boxes and scores (DAMO-YOLO), or one tensor',
  recognise: recogniseDecoded,
  protocol: (head, anySize) => PROTOCOLS[likeliest(head)](head, anySize),
  assumes: likeliest,
};

function likeliest(head: Recognised['head']): keyof typeof PROTOCOLS {
  if (!('outputs' in head)) return 'rtmdet';
  return head.order === undefined ? 'damo-yolo' : 'yolov8';
}
