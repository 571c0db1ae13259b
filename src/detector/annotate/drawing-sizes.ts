import type { Rect } from './canvas.ts';

/** How large things are drawn, in pixels of the picture. */
export interface DrawingSizes {
  /** Width of a box's line. */
  line: number;
  /** Dark border on both sides of it, which keeps it apart from a background of its own colour. */
  halo: number;
  /** Font size. */
  text: number;
  /** Between the text of a tag and its border. */
  padding: number;
}

/** Boxes that leave room for tags of full size; more get smaller ones, down to `LEAST_SHRINK`. */
const ROOMY_BOXES = 16;
const LEAST_SHRINK = 0.62;
/** Pixels of lines that are drawn, in pictures: a thousand boxes as large as the picture would keep an engine for seconds. */
const MAX_LINE_PICTURES = 4;

/** In proportion to the picture, so that it looks the same at every size; but never too small to be read. */
export function drawingSizes(
  { width, height }: { width: number; height: number },
  boxes: readonly Rect[],
): DrawingSizes {
  const side = Math.sqrt(width * height);
  const shrink = Math.min(1, Math.max(LEAST_SHRINK, Math.sqrt(ROOMY_BOXES / Math.max(1, boxes.length))));
  const text = Math.round(Math.min(Math.max((side / 40) * shrink, 9), 200));
  const line = Math.max(1, side / 260) * thinner(boxes, side);
  return { line, halo: Math.max(0.6, line * 0.4), text, padding: Math.max(1, Math.round(text / 6)) };
}

/** 1, or less where lines of full width would cost too much. */
function thinner(boxes: readonly Rect[], side: number): number {
  const lengths = boxes.reduce((sum, { x1, y1, x2, y2 }) => sum + 2 * (x2 - x1 + y2 - y1), 0);
  return Math.min(1, (MAX_LINE_PICTURES * side * side) / Math.max(1, (lengths * side) / 100));
}
