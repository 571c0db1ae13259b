import type { Size } from './placement.ts';

/** The size that a picture of this size will be sampled down to. */
export type FitWithin = (picture: Size) => Size;

/** The largest factor by which plain bilinear sampling shrinks what is given to it; the rest is averaged before. */
const MAX_SAMPLED_SHRINK = 2;

/**
 * What libjpeg can shrink by, leaving out the frequencies that nobody will see and with them most of its work, and from which wish on sharp
 * lets it: it halves the factor where the wish is just that (pipeline.cc, "known libjpeg rounding errors").
 */
const IN_DECODER = [
  { from: 9, factor: 8 },
  { from: 5, factor: 4 },
  { from: 3, factor: 2 },
];

/**
 * The size to average a picture down to before it is sampled to `target`, so that sampling has a factor of 1 to 2 left; undefined
 * where sampling does it all.
 */
export function averagedSize(picture: Size, target: Size, isJpeg: boolean): Size | undefined {
  const shrink = shrinkOf(picture, target);
  const averaged = averagedShrink(shrink, isJpeg);
  if (averaged <= 1) return undefined;
  // Not rounded up: it would be a little less than libjpeg can shrink by, which then would shrink by half of that.
  const side = (sampled: number) => Math.max(1, Math.floor((sampled * shrink) / averaged + 1e-6));
  return { width: side(target.width), height: side(target.height) };
}

/** By how much libjpeg shrinks a JPEG that sharp is asked to resize to `averaged`. */
export function decoderShrink(picture: Size, averaged: Size): number {
  return inDecoder(shrinkOf(picture, averaged))?.factor ?? 1;
}

/**
 * By how much a picture is averaged down that is sampled down by `shrink` in all.
 *
 * @returns 1 where sampling does it all
 */
export function averagedShrink(shrink: number, isJpeg: boolean): number {
  if (shrink <= MAX_SAMPLED_SHRINK) return 1;
  const least = isJpeg ? (inDecoder(shrink)?.from ?? 1) : 1;
  return Math.max(least, shrink / MAX_SAMPLED_SHRINK);
}

function inDecoder(shrink: number) {
  return IN_DECODER.find(({ from }) => from <= shrink);
}

/** How many times larger `picture` is than what it will be sampled down to. */
function shrinkOf(picture: Size, target: Size): number {
  return Math.min(picture.width / target.width, picture.height / target.height);
}
