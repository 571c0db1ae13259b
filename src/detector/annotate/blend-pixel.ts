import type { Rgb } from './class-colour.ts';

/**
 * Lays `colour` over one pixel, rounded to whole levels.
 *
 * @param at index of its red
 * @param cover opacity, 0..1
 */
export function blendPixel(data: Uint8Array, at: number, { r, g, b }: Rgb, cover: number): void {
  data[at] = data[at]! + (r - data[at]!) * cover + 0.5;
  data[at + 1] = data[at + 1]! + (g - data[at + 1]!) * cover + 0.5;
  data[at + 2] = data[at + 2]! + (b - data[at + 2]!) * cover + 0.5;
}
