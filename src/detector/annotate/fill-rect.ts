import { blendPixel } from './blend-pixel.ts';
import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';
import { fillSpan } from './fill-span.ts';

/** What hides nothing. */
const NOTHING: Rect = { x1: 0, y1: 0, x2: 0, y2: 0 };

/**
 * Blends `colour` over the part of `rect` that is on the canvas; a pixel that the rectangle covers in part takes that part.
 *
 * @param alpha opacity, 0..1
 * @param hidden is drawn over this afterwards, opaque: what lies wholly inside may be left out
 */
export function fillRect(
  { data, width, height }: Canvas,
  rect: Rect,
  colour: Rgb,
  alpha: number,
  hidden: Rect = NOTHING,
): void {
  const x1 = Math.max(0, rect.x1);
  const y1 = Math.max(0, rect.y1);
  const x2 = Math.min(width, rect.x2);
  const y2 = Math.min(height, rect.y2);
  if (!(x2 > x1 && y2 > y1)) return;
  // Pixels from here to `wholeTo` are covered as far as their row is.
  const wholeFrom = Math.ceil(x1);
  const wholeTo = Math.max(wholeFrom, Math.floor(x2));
  const hiddenFrom = Math.min(wholeTo, Math.max(wholeFrom, Math.ceil(hidden.x1)));
  const hiddenTo = Math.min(wholeTo, Math.max(hiddenFrom, Math.floor(hidden.x2)));
  for (let y = Math.floor(y1); y < y2; y++) {
    const down = alpha * (Math.min(y + 1, y2) - Math.max(y, y1));
    const row = y * width;
    if (x1 < wholeFrom) blendPixel(data, (row + wholeFrom - 1) * 3, colour, down * (Math.min(wholeFrom, x2) - x1));
    if (y >= hidden.y1 && y + 1 <= hidden.y2) {
      fillSpan(data, row + wholeFrom, row + hiddenFrom, colour, down);
      fillSpan(data, row + hiddenTo, row + wholeTo, colour, down);
    } else {
      fillSpan(data, row + wholeFrom, row + wholeTo, colour, down);
    }
    if (wholeTo < x2) blendPixel(data, (row + wholeTo) * 3, colour, down * (x2 - wholeTo));
  }
}
