import type { Level } from './split-outputs.ts';

export type PriorOffset = number | '(stride-1)/2';

/**
 * Centre of a cell in pixels of the network input: `(row or column + priorOffset) * stride`, cells counted row by row.
 * The offset is 0.5 for NanoDet v0.1 and later and for Ultralytics, 0 for mmdetection GFL and NanoDet-Plus, and
 * `(stride-1)/2` pixels for NanoDet v0.0.x. Half a cell wrong costs up to half of the AP and still looks right by eye
 * (PicoDet-S 416 on 50 pictures of val2017: AP 0.380 with 0.5, 0.189 with 0).
 */
export function priorCentre(
  cell: number,
  columns: number,
  stride: number,
  priorOffset: PriorOffset,
): { x: number; y: number } {
  const column = cell % columns;
  const row = (cell - column) / columns;
  const offset = priorOffset === '(stride-1)/2' ? (stride - 1) / 2 / stride : priorOffset;
  return { x: (column + offset) * stride, y: (row + offset) * stride };
}

/** The same of a point of a level. */
export function centreOf(
  { cells, columns, stride }: Level,
  point: number,
  priorOffset: PriorOffset,
): { x: number; y: number } {
  return priorCentre(cells?.[point] ?? point, columns, stride, priorOffset);
}
