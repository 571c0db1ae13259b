import type { Plane } from './split-outputs.ts';

/** (point, class) pairs of one level that may become detections. */
export interface Candidates {
  points: Int32Array;
  classIds: Int32Array;
  /** Joint scores, 0..1. */
  scores: Float32Array;
}

/**
 * Which of the pairs that reach their threshold are kept in a level.
 * `all-classes`: the `perLevel` best pairs. `best-class`: the same of pairs with the best class of each point.
 * `max-class`: all pairs of the `perLevel` points whose best class scores highest.
 */
export type CandidateRule = 'all-classes' | 'best-class' | 'max-class';

export interface CandidateOptions {
  scores: 'probability' | 'logit';
  /** (classes), a class with Infinity is left out. */
  thresholds: Float32Array;
  /** At most so many pairs, or points with `max-class`, are kept: the best, of equal ones the first. */
  perLevel: number;
  rule: CandidateRule;
}

/**
 * The (point, class) pairs whose joint score reaches their class's threshold. The score is the joint representation itself:
 * no centerness, no objectness to multiply (Li et al. 2020, section 3.1).
 */
export function selectCandidates(plane: Plane, points: number, options: CandidateOptions): Candidates {
  const { thresholds, perLevel, rule } = options;
  const classes = thresholds.length;
  const cut = inUnitOf(options.scores, thresholds);
  let passed = passing(plane, points, cut);
  if (rule === 'best-class') passed = bestOfEachPoint(passed, classes);
  if (rule === 'max-class') passed = ofBestPoints(plane, points, classes, passed, perLevel);
  else passed = best(passed, perLevel);
  return {
    points: Int32Array.from(passed.pairs, pair => Math.floor(pair / classes)),
    classIds: Int32Array.from(passed.pairs, pair => pair % classes),
    scores: Float32Array.from(passed.scores, options.scores === 'logit' ? sigmoid : score => score),
  };
}

/** The lowest threshold of all, in the graph's own unit: Infinity when every class is left out. */
export function scoreFloor(thresholds: readonly Float32Array[], scores: CandidateOptions['scores']): number {
  return Math.min(...thresholds.map(one => lowestOf(inUnitOf(scores, one))));
}

/**
 * Thresholds are compared in the graph's own unit, so that the sigmoid is taken of survivors only.
 * (logit(Infinity) is not a number, and nothing is >= that: the class stays left out.)
 */
function inUnitOf(scores: CandidateOptions['scores'], thresholds: Float32Array): Float32Array {
  return scores === 'logit' ? thresholds.map(logit) : thresholds;
}

/** `pairs` are point * classes + class, ascending; `scores` are in the graph's own unit. */
interface Passed {
  pairs: number[];
  scores: number[];
}

function passing({ data, start, pointStep, channelStep }: Plane, points: number, cut: Float32Array): Passed {
  const classes = cut.length;
  const passed: Passed = { pairs: [], scores: [] };
  // Nearly every score is below every threshold: one comparison with the lowest settles it.
  const lowest = lowestOf(cut);
  if (channelStep === 1) {
    for (let p = 0; p < points; p++) {
      const at = start + p * pointStep;
      for (let c = 0; c < classes; c++) {
        const score = data[at + c]!;
        if (score >= lowest && score >= cut[c]!) {
          passed.pairs.push(p * classes + c);
          passed.scores.push(score);
        }
      }
    }
    return passed;
  }
  // Class by class, as the tensor lies in memory, to find the points; then class after class of those.
  const isFound = new Uint8Array(points);
  for (let c = 0; c < classes; c++) {
    const at = start + c * channelStep;
    for (let p = 0; p < points; p++) if (data[at + p * pointStep]! >= lowest) isFound[p] = 1;
  }
  for (let p = isFound.indexOf(1); p !== -1; p = isFound.indexOf(1, p + 1)) {
    const at = start + p * pointStep;
    for (let c = 0; c < classes; c++) {
      const score = data[at + c * channelStep]!;
      if (score >= lowest && score >= cut[c]!) {
        passed.pairs.push(p * classes + c);
        passed.scores.push(score);
      }
    }
  }
  return passed;
}

/** Classes that are left out (Infinity, or its logit, which is no number) do not count. */
function lowestOf(cut: Float32Array): number {
  let lowest = Infinity;
  for (const threshold of cut) if (threshold < lowest) lowest = threshold;
  return lowest;
}

/** Of each point only its best class, the first of equal ones. */
function bestOfEachPoint({ pairs, scores }: Passed, classes: number): Passed {
  const kept = new Map<number, number>();
  for (let i = 0; i < pairs.length; i++) {
    const point = Math.floor(pairs[i]! / classes);
    const best = kept.get(point);
    if (best === undefined || scores[i]! > scores[best]!) kept.set(point, i);
  }
  return pick({ pairs, scores }, [...kept.values()]);
}

/** What passed of the `limit` points with the highest class scores (mmdetection 2.x `nms_pre`). */
function ofBestPoints(plane: Plane, points: number, classes: number, passed: Passed, limit: number): Passed {
  if (points <= limit) return passed;
  const highest = new Float32Array(points).fill(-Infinity);
  for (let p = 0; p < points; p++) {
    for (let c = 0; c < classes; c++) {
      const score = plane.data[plane.start + p * plane.pointStep + c * plane.channelStep]!;
      if (score > highest[p]!) highest[p] = score;
    }
  }
  const { pairs } = best({ pairs: Array.from(highest.keys()), scores: Array.from(highest) }, limit);
  const kept = new Set(pairs);
  return pick(
    passed,
    [...passed.pairs.keys()].filter(i => kept.has(Math.floor(passed.pairs[i]! / classes))),
  );
}

/** The `limit` highest scores, in the order they came. */
function best(passed: Passed, limit: number): Passed {
  const { scores } = passed;
  if (scores.length <= limit) return passed;
  const sorted = Float32Array.from(scores).sort();
  const lowest = sorted[sorted.length - limit]!;
  let ties = 0;
  for (let i = sorted.length - limit; i < sorted.length && sorted[i] === lowest; i++) ties++;
  const kept: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > lowest || (scores[i] === lowest && ties-- > 0)) kept.push(i);
  }
  return pick(passed, kept);
}

function pick({ pairs, scores }: Passed, indices: readonly number[]): Passed {
  return { pairs: indices.map(i => pairs[i]!), scores: indices.map(i => scores[i]!) };
}

/** From here on the sigmoid is 1 as a float32 number: such a score reaches a threshold of 1, as it does where the graph gives probabilities. */
const LOGIT_OF_ONE = 25 * Math.LN2;

function logit(probability: number): number {
  return probability === 1 ? LOGIT_OF_ONE : Math.log(probability / (1 - probability));
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
