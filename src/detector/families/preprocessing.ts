import { DAMO_YOLO } from './damo-yolo.ts';
import type { Protocol, Recognised } from './family.ts';
import { gfl } from './gfl.ts';
import { nanodet } from './nanodet.ts';
import { nanodetPlus } from './nanodet-plus.ts';
import { picodet } from './picodet.ts';
import { RTMDET } from './rtmdet.ts';
import { yolov8 } from './yolov8.ts';

/** What becomes of a picture before the network: no output tells it, and graphs of several models have the same outputs. */
export type Preprocessing = Pick<Protocol, 'input' | 'size' | 'multipleOf'>;

export const PREPROCESSING_NAMES = [
  'gfl',
  'rtmdet',
  'damo-yolo',
  'yolov8',
  'yolo-nas',
  'ppyoloe',
  'ppyoloe-plus',
  'picodet',
  'nanodet',
  'nanodet-efficientlite',
  'nanodet-plus',
] as const;
export type PreprocessingName = (typeof PREPROCESSING_NAMES)[number];

/** `gfl` is GFLv2's, LD's and TOOD's, too. Where no source is given here it stands in the file of the model. */
export const PREPROCESSING = {
  gfl: gfl.protocol,
  rtmdet: () => RTMDET,
  'damo-yolo': () => DAMO_YOLO,
  yolov8: yolov8.protocol,
  // Deci-AI/super-gradients@e0ccacf, src/super_gradients/training/processing/processing.py: of 640 pixels the picture takes 636.
  'yolo-nas'(head, anySize) {
    const plain = yolov8.protocol(head, anySize);
    const { boxScale: _, ...resize } = plain.input.resize;
    return { ...plain, input: { ...plain.input, resize: { ...resize, longSide: 636 } } };
  },
  ppyoloe,
  // configs/ppyoloe/_base_/ppyoloe_plus_reader.yml: without mean and deviation.
  'ppyoloe-plus'(head, anySize) {
    const { scale, mean, std } = yolov8.protocol(head, anySize).input;
    const plain = ppyoloe(head, anySize);
    return { ...plain, input: { ...plain.input, scale, mean, std } };
  },
  picodet: picodet.protocol,
  nanodet: nanodet.protocol,
  // config/legacy_v0.x_configs/EfficientNet-Lite: another normalisation, of the backbone's own.
  'nanodet-efficientlite'(head, anySize) {
    const plain = nanodet.protocol(head, anySize);
    return { ...plain, input: { ...plain.input, mean: [127, 127, 127], std: [128, 128, 128] } };
  },
  'nanodet-plus': nanodetPlus.protocol,
} satisfies Record<PreprocessingName, (head: Recognised['head'], anySize: boolean) => Preprocessing>;

/** PicoDet's, of the same toolkit, at 640x640. Source: PaddlePaddle/PaddleDetection@666f597, configs/ppyoloe/_base_/ppyoloe_reader.yml. */
function ppyoloe(head: Recognised['head'], anySize: boolean): Preprocessing {
  return { ...picodet.protocol(head, anySize), size: { width: 640, height: 640 } };
}
