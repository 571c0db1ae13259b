import type { Answer, Box, Detection } from '../api/answer.ts';

/** Less overlap than this is another object. */
const LEAST_IOU = 0.3;

/** Where the object of a detection is in the answer to a later frame: its index, or undefined when it is gone. */
export function followBox({ label, box }: Detection, { detections }: Answer): number | undefined {
  let best: { index: number; overlap: number } | undefined;
  for (const [index, other] of detections.entries()) {
    const overlap = other.label === label ? iou(box, other.box) : 0;
    if (overlap >= LEAST_IOU && overlap > (best?.overlap ?? 0)) best = { index, overlap };
  }
  return best?.index;
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

function area({ x1, y1, x2, y2 }: Box): number {
  return (x2 - x1) * (y2 - y1);
}
