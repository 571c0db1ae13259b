import type { ModelProof } from '../../detector/index.ts';

type Seen = ModelProof['pictures'][number];

/** Sides that differ by less show no difference between stretched and letterboxed. */
const SQUARE_RATIO = 1.15;

/**
 * Index of the picture that says most about the manifest: not square, so that a wrong resize moves its boxes, and with the
 * most detections. undefined where nothing was detected in any.
 */
export function chooseCheckPicture(pictures: readonly Seen[]): number | undefined {
  const rank = (seen: Seen) => (isSquare(seen) ? 0 : 1000) + seen.detections.length;
  const useful = [...pictures.keys()].filter(i => pictures[i]!.detections.length > 0);
  return useful.sort((a, b) => rank(pictures[b]!) - rank(pictures[a]!) || a - b)[0];
}

export function isSquare({ width, height }: Pick<Seen, 'width' | 'height'>): boolean {
  return Math.max(width, height) < SQUARE_RATIO * Math.min(width, height);
}
