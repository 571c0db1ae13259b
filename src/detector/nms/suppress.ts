import { type KeptBoxes, keptBoxes } from './kept-boxes.ts';

export interface SuppressOptions {
  /** A box is dropped when its IoU with a kept, better one is above it. */
  iouThreshold: number;
  /** Compare boxes of different classes too. */
  classAgnostic: boolean;
  /** Stop after this many. */
  maxDetections: number;
}

/**
 * Greedy non-maximum suppression in the order of the joint score (equal scores: the earlier box first).
 *
 * @param boxes (count, 4): x1, y1, x2, y2
 * @param scores (count)
 * @param classIds (count)
 * @returns indices of the kept boxes, best first
 */
export function suppress(
  boxes: Float64Array,
  scores: Float32Array,
  classIds: Int32Array,
  options: SuppressOptions,
): number[] {
  const order = Array.from(scores.keys()).sort((i, j) => scores[j]! - scores[i]! || i - j);
  const kept: number[] = [];
  // Only kept boxes suppress, and only those of their own class: one list a class.
  const keptOf = new Map<number, KeptBoxes>();
  for (const candidate of order) {
    if (kept.length >= options.maxDetections) break;
    const group = options.classAgnostic ? 0 : classIds[candidate]!;
    const rivals = keptOf.get(group) ?? keptBoxes();
    if (rivals.suppress(boxes, candidate, options.iouThreshold)) continue;
    rivals.add(boxes, candidate);
    keptOf.set(group, rivals);
    kept.push(candidate);
  }
  return kept;
}
