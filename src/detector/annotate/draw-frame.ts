import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';
import { fillRect } from './fill-rect.ts';

/**
 * Draws along the edges of a box, without darker corners where it is translucent.
 *
 * @param width across the edge
 * @param hiddenWidth of the opaque frame that is drawn over this one afterwards
 */
export function drawFrame(
  canvas: Canvas,
  box: Rect,
  width: number,
  colour: Rgb,
  alpha: number,
  hiddenWidth?: number,
): void {
  const hidden = hiddenWidth === undefined ? [] : frameSides(box, hiddenWidth);
  const sides = frameSides(box, width);
  for (const [i, side] of sides.entries()) fillRect(canvas, side, colour, alpha, hidden[i]);
}

/** Top, bottom, left and right, which do not overlap; one where they would leave nothing inside. */
function frameSides({ x1, y1, x2, y2 }: Rect, width: number): Rect[] {
  const half = width / 2;
  const outer = { x1: x1 - half, y1: y1 - half, x2: x2 + half, y2: y2 + half };
  const inner = { x1: x1 + half, y1: y1 + half, x2: x2 - half, y2: y2 - half };
  if (inner.x2 <= inner.x1 || inner.y2 <= inner.y1) return [outer];
  return [
    { ...outer, y2: inner.y1 },
    { ...outer, y1: inner.y2 },
    { ...inner, x1: outer.x1, x2: inner.x1 },
    { ...inner, x1: inner.x2, x2: outer.x2 },
  ];
}
