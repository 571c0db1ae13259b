import { blendPixel } from './blend-pixel.ts';
import type { Canvas, Rect } from './canvas.ts';
import type { Rgb } from './class-colour.ts';

/**
 * Blends `colour` over the part of `rect` that is on the canvas; a pixel that the rectangle covers in part takes that part.
 *
 * @param alpha opacity, 0..1
 */
export function fillRect({ data, width, height }: Canvas, rect: Rect, colour: Rgb, alpha: number): void {
  const x1 = Math.max(0, rect.x1);
  const y1 = Math.max(0, rect.y1);
  const x2 = Math.min(width, rect.x2);
  const y2 = Math.min(height, rect.y2);
  if (!(x2 > x1 && y2 > y1)) return;
  for (let y = Math.floor(y1); y < y2; y++) {
    const down = alpha * (Math.min(y + 1, y2) - Math.max(y, y1));
    for (let x = Math.floor(x1); x < x2; x++) {
      const cover = down * (Math.min(x + 1, x2) - Math.max(x, x1));
      const at = (y * width + x) * 3;
      blendPixel(data, at, colour, cover);
    }
  }
}
