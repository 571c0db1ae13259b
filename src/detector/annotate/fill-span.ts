import { blendPixel } from './blend-pixel.ts';
import type { Rgb } from './class-colour.ts';

/**
 * `blendPixel` for the pixels `from` to `to`, which are in one row and all covered alike.
 *
 * @param cover opacity, 0..1
 */
export function fillSpan(data: Uint8Array, from: number, to: number, colour: Rgb, cover: number): void {
  if (cover === 1) {
    const { r, g, b } = colour;
    for (let at = from * 3; at < to * 3; at += 3) {
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
    }
    return;
  }
  for (let at = from * 3; at < to * 3; at += 3) blendPixel(data, at, colour, cover);
}
