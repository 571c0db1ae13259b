import { decoded } from './decoded.ts';
import type { Family } from './family.ts';
import { gfl, gflv2 } from './gfl.ts';
import { nanodet } from './nanodet.ts';
import { nanodetPlus } from './nanodet-plus.ts';
import { picodet } from './picodet.ts';
import { yolov8 } from './yolov8.ts';

export const FAMILY_NAMES = ['nanodet', 'nanodet-plus', 'picodet', 'gfl', 'gflv2', 'yolov8', 'decoded'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export const FAMILIES = {
  nanodet,
  'nanodet-plus': nanodetPlus,
  picodet,
  gfl,
  gflv2,
  yolov8,
  decoded,
} satisfies Record<FamilyName, Family>;
