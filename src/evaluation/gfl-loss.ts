export interface GflPoint {
  /** The continuous target, `lower <= target <= upper`. */
  target: number;
  /** The two values whose probabilities are estimated; y_l and y_r in the paper. */
  lower: number;
  upper: number;
  /** Estimated probabilities of the two. */
  lowerProbability: number;
  upperProbability: number;
  /** Exponent of the modulating factor, 0 for none. */
  beta: number;
}

/**
 * Generalized Focal Loss, nats:
 * `-|y - (y_l p_l + y_r p_r)|^beta * ((y_r - y) log p_l + (y - y_l) log p_r)`.
 * Over p_l + p_r = 1 its minimum is at p_l = (y_r - y) / (y_r - y_l), where the expectation is the target.
 * Source: Li et al., "Generalized Focal Loss" (NeurIPS 2020), section 3.3; its special cases are equations 9 to 11.
 */
export function generalizedFocalLoss(point: GflPoint): number {
  const { target, lower, upper, lowerProbability, upperProbability, beta } = point;
  const error = Math.abs(target - (lower * lowerProbability + upper * upperProbability));
  const crossEntropy = weightedLog(upper - target, lowerProbability) + weightedLog(target - lower, upperProbability);
  return -(error ** beta) * crossEntropy;
}

/** Of the probability `probability` of a class that is there (`label` 1) or not (0). Equation 9. */
export function focalLoss(probability: number, label: 0 | 1, gamma = 2): number {
  return qualityFocalLoss(probability, label, gamma);
}

/** Of a joint score 0..1 whose true quality, the IoU with the object, is `quality`. Equation 10; beta as in the paper. */
export function qualityFocalLoss(score: number, quality: number, beta = 2): number {
  return generalizedFocalLoss({
    target: quality,
    lower: 0,
    upper: 1,
    lowerProbability: 1 - score,
    upperProbability: score,
    beta,
  });
}

/**
 * Of an edge's distribution over the bins 0, 1, … where the true edge lies at `target` bins. Equation 11. Only the two bins
 * beside the target count. A target that is no bin has an entropy of its own, so even a perfect distribution costs up to
 * log 2, 0.5 on average over targets.
 *
 * @param probabilities (bins)
 * @param target 0..bins-1
 */
export function distributionFocalLoss(probabilities: ArrayLike<number>, target: number): number {
  const lower = Math.min(Math.floor(target), probabilities.length - 2);
  return generalizedFocalLoss({
    target,
    lower,
    upper: lower + 1,
    lowerProbability: probabilities[lower]!,
    upperProbability: probabilities[lower + 1]!,
    beta: 0,
  });
}

/** What cannot be and has no weight costs nothing. */
function weightedLog(weight: number, probability: number): number {
  return weight === 0 ? 0 : weight * Math.log(probability);
}
