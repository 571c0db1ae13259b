import { readDirectory } from './tiff-directory.ts';

/** Cameras' raw files have some hundred; libtiff sorts all it knows again for each it does not know. */
const MOST_TAGS = 512;
/** The whole file once, and some tags that say they are larger than they are. */
const MOST_TIMES = 4;

/**
 * Whether the tags of a TIFF are more than those of a picture. libtiff reads all of them before any pixel: 4,000 that nobody knows
 * took it 2 s in a file of 100 kB, and 200 that are all the same 19 MB 6 s.
 */
export function hasHeavyTags(tiff: Uint8Array): boolean {
  const directory = readDirectory(tiff);
  if (directory === undefined) return false; // no decoder finds it, either
  return directory.tags > MOST_TAGS || directory.valueBytes() > MOST_TIMES * tiff.length;
}
