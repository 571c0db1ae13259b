/**
 * Softmax of one edge's logits: the general distribution over bins 0..bins-1.
 *
 * @param logits `out.length` of them are read, from index `at`, `step` apart
 */
export function softmax(logits: Float32Array, at: number, step: number, out: Float64Array): void {
  const bins = out.length;
  let highest = -Infinity;
  for (let i = 0; i < bins; i++) highest = Math.max(highest, logits[at + i * step]!);
  let sum = 0;
  for (let i = 0; i < bins; i++) {
    out[i] = Math.exp(logits[at + i * step]! - highest);
    sum += out[i]!;
  }
  for (let i = 0; i < bins; i++) out[i]! /= sum;
}

/** The integral of the distribution, `sum_i i * p_i`: the distance in stride units (Li et al. 2020, eq. 5). */
export function expectation(probabilities: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < probabilities.length; i++) mean += i * probabilities[i]!;
  return mean;
}

/** Standard deviation of the distribution about `mean`, stride units: how unsure the detector is of the edge. */
export function deviation(probabilities: Float64Array, mean: number): number {
  let variance = 0;
  for (let i = 0; i < probabilities.length; i++) variance += (i - mean) ** 2 * probabilities[i]!;
  return Math.sqrt(variance);
}
