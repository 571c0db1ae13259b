import { blendPixel } from './blend-pixel.ts';
import type { Canvas } from './canvas.ts';
import type { Rgb } from './class-colour.ts';

/** How much ink is on each pixel. */
export interface Mask {
  /** (height, width), 255 for a pixel that is all ink */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Blends `colour` over the canvas where the mask has ink; its top left corner lies at (`left`, `top`), whole pixels. */
export function drawMask(canvas: Canvas, mask: Mask, left: number, top: number, colour: Rgb): void {
  const { data, width, height } = canvas;
  for (let row = Math.max(0, -top); row < Math.min(mask.height, height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(mask.width, width - left); column++) {
      const cover = mask.data[row * mask.width + column]! / 255;
      if (cover === 0) continue;
      const at = ((top + row) * width + left + column) * 3;
      blendPixel(data, at, colour, cover);
    }
  }
}
