import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';
import { fillRect } from './fill-rect.ts';

/** Four rectangles that do not overlap, so that a translucent frame has no darker corners. `width` is across the edge. */
export function drawFrame(canvas: Canvas, { x1, y1, x2, y2 }: Rect, width: number, colour: Rgb, alpha: number): void {
  const half = width / 2;
  const outer = { x1: x1 - half, y1: y1 - half, x2: x2 + half, y2: y2 + half };
  const inner = { x1: x1 + half, y1: y1 + half, x2: x2 - half, y2: y2 - half };
  if (inner.x2 <= inner.x1 || inner.y2 <= inner.y1) {
    fillRect(canvas, outer, colour, alpha);
    return;
  }
  fillRect(canvas, { ...outer, y2: inner.y1 }, colour, alpha);
  fillRect(canvas, { ...outer, y1: inner.y2 }, colour, alpha);
  fillRect(canvas, { ...inner, x1: outer.x1, x2: inner.x1 }, colour, alpha);
  fillRect(canvas, { ...inner, x1: inner.x2, x2: outer.x2 }, colour, alpha);
}
