import type { Detector } from '../detector/index.ts';

/** Grey PNGs of 32x32 and 16x32 pixels: of some models they become network inputs of two sizes, lying and standing. */
const BLANKS = [
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAAFklEQVR42mNoIAAYRhWMKhhVMFIVAABCAAAfN5c2AAAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAgCAAAAAA+4qcQAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAFUlEQVQokWNoQAMMowIogAGVO9IEABIQABCwlcWgAAAAAElFTkSuQmCC',
].map(base64 => Buffer.from(base64, 'base64'));

/**
 * Runs the graph once, unless the self-check has, so that the first caller does not pay for its first run. CUDA searches
 * its algorithms anew for every size of the input and every batch size: there each is run once.
 */
export async function warmUp(detector: Detector, maxBatch: number): Promise<void> {
  const isCuda = detector.provider === 'cuda';
  const sizes = isCuda ? Array.from({ length: maxBatch }, (_, index) => index + 1) : [1];
  if (detector.model.manifest.selfCheck !== undefined && sizes.length === 1) return;
  const blanks = await Promise.all(BLANKS.slice(0, isCuda ? undefined : 1).map(blank => detector.prepare(blank)));
  const ofEachShape = new Map(blanks.map(blank => [blank.shapeKey, blank]));
  for (const blank of ofEachShape.values()) {
    for (const size of sizes) await detector.run(Array(size).fill(blank));
  }
}
