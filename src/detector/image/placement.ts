import type { Manifest } from '../model/manifest.ts';

/**
 * Where the picture lies in the network input: `input = picture * scale + offset`, both in pixel indices of their grid
 * (0 is the first pixel), separately for x and y.
 */
export interface Placement {
  /** Size of the network input. */
  width: number;
  height: number;
  scaleX: number;
  scaleY: number;
  offsetX: number;
  offsetY: number;
}

/**
 * Letterbox: one scale for both axes, the rest split evenly, the offset not rounded to whole pixels.
 * Source: NanoDet v0.x `warp_and_resize` (MODELS.md section 3), `reference/evaluate.py` "warp_letterbox".
 */
export function placePicture(input: Manifest['input'], picture: { width: number; height: number }): Placement {
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  return {
    width: input.width,
    height: input.height,
    scaleX: scale,
    scaleY: scale,
    offsetX: input.width / 2 - (scale * picture.width) / 2,
    offsetY: input.height / 2 - (scale * picture.height) / 2,
  };
}
