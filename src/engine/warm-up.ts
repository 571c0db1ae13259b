import type { Detector } from '../detector/index.ts';

/** A grey PNG of 32x32 pixels. */
const BLANK = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAAFklEQVR42mNoIAAYRhWMKhhVMFIVAABCAAAfN5c2AAAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * Runs the graph once, unless the self-check has, so that the first caller does not pay for its first run. CUDA searches
 * its algorithms anew for every batch size: there each size is run once.
 */
export async function warmUp(detector: Detector, maxBatch: number): Promise<void> {
  const sizes = detector.provider === 'cuda' ? Array.from({ length: maxBatch }, (_, index) => index + 1) : [1];
  if (detector.model.manifest.selfCheck !== undefined && sizes.length === 1) return;
  const blank = await detector.prepare(BLANK);
  for (const size of sizes) await detector.run(Array(size).fill(blank));
}
