import type { Size } from './placement.ts';

/** The size that a picture of this size will be sampled down to. */
export type FitWithin = (picture: Size) => Size;

/** The largest factor by which plain bilinear sampling shrinks what is given to it; the rest is averaged before. */
export const MAX_SAMPLED_SHRINK = 2;

/** How many times larger `picture` is than what it will be sampled down to. */
export function shrinkOf(picture: Size, target: Size): number {
  return Math.min(picture.width / target.width, picture.height / target.height);
}

/**
 * By how much a larger picture is averaged down before it is sampled, so that sampling has a factor of 1 to 2 left.
 *
 * libjpeg leaves out the frequencies that nobody will see, and with them most of its work, where sharp lets it shrink by 2, 4 or 8. sharp does for
 * factors from 3, 5 and 9 on: it halves its wish where the factor is just that (pipeline.cc, "known libjpeg rounding errors").
 *
 * @returns 1 where sampling does it all
 */
export function averagedShrink(shrink: number, isJpeg: boolean): number {
  if (shrink <= MAX_SAMPLED_SHRINK) return 1;
  const inDecoder = isJpeg ? ([9, 5, 3].find(factor => factor <= shrink) ?? 1) : 1;
  return Math.max(inDecoder, shrink / MAX_SAMPLED_SHRINK);
}
