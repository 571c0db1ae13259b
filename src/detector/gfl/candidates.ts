/** (point, class) pairs of one level that may become detections. */
export interface Candidates {
  points: Int32Array;
  classIds: Int32Array;
  /** Joint scores, 0..1. */
  scores: Float32Array;
}

/**
 * Every (point, class) pair whose joint score reaches its class's threshold, at most the `limit` best of them (equal ones:
 * the first). A class with threshold Infinity is left out. The score is the joint representation itself: no centerness, no
 * objectness to multiply (Li et al. 2020, section 3.1).
 *
 * @param scores (points, classes)
 * @param thresholds (classes)
 */
export function selectCandidates(
  scores: Float32Array,
  kind: 'probability' | 'logit',
  thresholds: Float32Array,
  limit: number,
): Candidates {
  const classes = thresholds.length;
  // Compared in the graph's own unit, so that the sigmoid is taken of survivors only.
  const cut = kind === 'logit' ? thresholds.map(logit) : thresholds;
  const passed: number[] = [];
  for (let i = 0; i < scores.length; i += classes) {
    for (let c = 0; c < classes; c++) {
      if (scores[i + c]! >= cut[c]!) passed.push(i + c);
    }
  }
  const kept = passed.length > limit ? best(scores, passed, limit) : passed;
  return {
    points: Int32Array.from(kept, i => Math.floor(i / classes)),
    classIds: Int32Array.from(kept, i => i % classes),
    scores: Float32Array.from(kept, i => (kind === 'logit' ? sigmoid(scores[i]!) : scores[i]!)),
  };
}

/** The `limit` indices with the highest scores, in index order. */
function best(scores: Float32Array, indices: readonly number[], limit: number): number[] {
  const sorted = Float32Array.from(indices, i => scores[i]!).sort();
  const lowest = sorted[sorted.length - limit]!;
  let ties = 0;
  for (let i = sorted.length - limit; i < sorted.length && sorted[i] === lowest; i++) ties++;
  return indices.filter(i => scores[i]! > lowest || (scores[i] === lowest && ties-- > 0));
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
