import type { Size } from './placement.ts';

/** The size that a picture of this size will be sampled down to. */
export type FitWithin = (picture: Size) => Size;

/** The largest factor by which plain bilinear sampling shrinks what is given to it; the rest is averaged before. */
export const MAX_SAMPLED_SHRINK = 2;

/** How many times larger `picture` is than what it will be sampled down to. */
export function shrinkOf(picture: Size, target: Size): number {
  return Math.min(picture.width / target.width, picture.height / target.height);
}
