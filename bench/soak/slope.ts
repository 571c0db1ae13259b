export interface Slope {
  /** Per unit of `x`. */
  slope: number;
  /** Half the width of its 95 % confidence interval. */
  plusMinus: number;
}

const BLOCKS = 12;
/** Student's t for 95 %, two-sided, and BLOCKS - 2 degrees of freedom. */
const T = 2.228;

/**
 * Straight line through points by least squares. The points are averaged into 12 blocks first: neighbours in time are alike
 * (a garbage collection shows in many of them), and taken one by one they would feign certainty.
 */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  if (points.length < BLOCKS) return { slope: Number.NaN, plusMinus: Number.POSITIVE_INFINITY };
  const blocks = Array.from({ length: BLOCKS }, (_, block) => {
    const from = Math.floor((block * points.length) / BLOCKS);
    const part = points.slice(from, Math.floor(((block + 1) * points.length) / BLOCKS));
    return [mean(part.map(([x]) => x)), mean(part.map(([, y]) => y))] as const;
  });
  const [meanX, meanY] = [mean(blocks.map(([x]) => x)), mean(blocks.map(([, y]) => y))];
  const spread = sum(blocks.map(([x]) => (x - meanX) ** 2));
  const slope = sum(blocks.map(([x, y]) => (x - meanX) * (y - meanY))) / spread;
  const residuals = sum(blocks.map(([x, y]) => (y - meanY - slope * (x - meanX)) ** 2));
  return { slope, plusMinus: T * Math.sqrt(residuals / (BLOCKS - 2) / spread) };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
