/**
 * Intersection over union of boxes `i` and `j`; 0 when both are empty. Areas are continuous, without COCO's old "+1".
 *
 * @param boxes (count, 4): x1, y1, x2, y2
 */
export function iou(boxes: Float64Array, i: number, j: number): number {
  const a = i * 4;
  const b = j * 4;
  const width = Math.min(boxes[a + 2]!, boxes[b + 2]!) - Math.max(boxes[a]!, boxes[b]!);
  const height = Math.min(boxes[a + 3]!, boxes[b + 3]!) - Math.max(boxes[a + 1]!, boxes[b + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (area(boxes, a) + area(boxes, b) - intersection);
}

function area(boxes: Float64Array, at: number): number {
  return (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
}
