/**
 * Centre of a point's cell in pixels of the network input: `(cell + priorOffset) * stride`, points counted row by row.
 * The offset is 0.5 for NanoDet v0.x and 0 for mmdetection GFL and NanoDet-Plus; half a cell wrong halves the AP
 * (MODELS.md, table 0).
 */
export function priorCentre(
  point: number,
  columns: number,
  stride: number,
  priorOffset: number,
): { x: number; y: number } {
  const column = point % columns;
  const row = (point - column) / columns;
  return { x: (column + priorOffset) * stride, y: (row + priorOffset) * stride };
}
