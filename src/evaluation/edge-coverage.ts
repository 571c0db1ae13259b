import { type EdgeSample, MATCH_IOU, MATCH_SCORE, type MatchedObject, SIDES, type Side } from './matched-edges.ts';
import { type ObjectSize, SIZES } from './object-size.ts';

/** How well sigma tells where edges are. A Gaussian that knows itself has 0.683, 0.954 and 0.798 for the first three. */
export interface EdgeStatistics {
  edges: number;
  /** Part of the true edges that lie within one and two sigma of the detection's. */
  within1Sigma: number;
  within2Sigma: number;
  /** Mean of `|error| / sigma`. */
  meanErrorInSigmas: number;
  /** Pixels: mean of `|error|`, of `error` and of sigma. */
  meanError: number;
  bias: number;
  meanSigma: number;
  /** Mean Distribution Focal Loss, nats. */
  dfl: number;
}

export interface EdgeCoverage
  extends EdgeStatistics,
    Record<Side, EdgeStatistics & Record<ObjectSize, EdgeStatistics | null>> {
  /** What was matched: IoU and score from which on, and how many objects. */
  matchIou: number;
  matchScore: number;
  objects: number;
  /** Part of the true edges that no bin reaches. */
  beyondBins: number;
  bySize: Record<ObjectSize, EdgeStatistics | null>;
  /** Each twice as wide as the one before; those that hold no edge are left out. */
  bySigma: SigmaBin[];
}

/** Edges of about the same sigma: does a larger sigma mean a larger error? */
export interface SigmaBin {
  /** Pixels, `from <= sigma < to`. */
  from: number;
  to: number;
  edges: number;
  meanSigma: number;
  /** Mean of `|error|`; 0.798 of sigma for a Gaussian that knows itself. */
  meanError: number;
}

/** `undefined` when no detection with distributions found an object: absent, not zero. */
export function edgeCoverage(objects: readonly MatchedObject[]): EdgeCoverage | undefined {
  const edges = (sides: readonly Side[], size?: ObjectSize): EdgeSample[] =>
    objects
      .filter(object => size === undefined || object.size === size)
      .flatMap(object => sides.map(side => object[side]));
  const bySize = (sides: readonly Side[]) =>
    Object.fromEntries(SIZES.map(size => [size, statistics(edges(sides, size)) ?? null])) as Record<
      ObjectSize,
      EdgeStatistics | null
    >;
  const every = edges(SIDES);
  const overall = statistics(every);
  if (overall === undefined) return undefined;
  const side = (name: Side) => ({ ...statistics(edges([name]))!, ...bySize([name]) });
  return {
    matchIou: MATCH_IOU,
    matchScore: MATCH_SCORE,
    objects: objects.length,
    ...overall,
    beyondBins: every.filter(({ beyondBins }) => beyondBins).length / every.length,
    left: side('left'),
    top: side('top'),
    right: side('right'),
    bottom: side('bottom'),
    bySize: bySize(SIDES),
    bySigma: bySigma(every),
  };
}

function bySigma(samples: readonly EdgeSample[]): SigmaBin[] {
  const bins = new Map<number, EdgeSample[]>();
  for (const sample of samples) {
    if (sample.sigma <= 0) continue;
    const octave = Math.floor(Math.log2(sample.sigma));
    const inside = bins.get(octave);
    if (inside === undefined) bins.set(octave, [sample]);
    else inside.push(sample);
  }
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([octave, inside]) => ({
      from: 2 ** octave,
      to: 2 ** (octave + 1),
      edges: inside.length,
      meanSigma: inside.reduce((sum, { sigma }) => sum + sigma, 0) / inside.length,
      meanError: inside.reduce((sum, { error }) => sum + Math.abs(error), 0) / inside.length,
    }));
}

function statistics(samples: readonly EdgeSample[]): EdgeStatistics | undefined {
  if (samples.length === 0) return undefined;
  const mean = (of: (sample: EdgeSample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const within = (sigmas: number) => mean(({ error, sigma }) => (Math.abs(error) <= sigmas * sigma ? 1 : 0));
  return {
    edges: samples.length,
    within1Sigma: within(1),
    within2Sigma: within(2),
    // A softmax is never quite one bin, so sigma is only 0 where float32 has lost it.
    meanErrorInSigmas: mean(({ error, sigma }) =>
      error === 0 ? 0 : Math.abs(error) / Math.max(sigma, Number.EPSILON),
    ),
    meanError: mean(({ error }) => Math.abs(error)),
    bias: mean(({ error }) => error),
    meanSigma: mean(({ sigma }) => sigma),
    dfl: mean(({ dfl }) => dfl),
  };
}
