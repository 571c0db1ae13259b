import { selectCandidates } from './candidates.ts';
import { distanceToBox } from './distance-to-box.ts';
import { deviation, expectation, softmax } from './integral.ts';
import { priorCentre } from './prior-centres.ts';
import type { Level } from './split-outputs.ts';

export interface DecodeOptions {
  bins: number;
  priorOffset: number;
  scores: 'probability' | 'logit';
  /** (classes), a class with Infinity is left out. */
  thresholds: Float32Array;
  /** At most this many candidates a level, the best. */
  perLevel: number;
}

/** Candidates of all levels, boxes in pixels of the network input. */
export interface DecodedBoxes {
  /** (count, 4): x1, y1, x2, y2 */
  boxes: Float64Array;
  /** (count) */
  scores: Float32Array;
  /** (count) */
  classIds: Int32Array;
  /** (count): where each candidate came from, for `describeEdges`. */
  sources: { level: Level; point: number }[];
}

/** One picture's levels -> candidate boxes. The integral is taken of candidates only. */
export function decodeLevels(
  levels: readonly Level[],
  input: { width: number; height: number },
  options: DecodeOptions,
): DecodedBoxes {
  const found = levels.map(level =>
    selectCandidates(level.scores, options.scores, options.thresholds, options.perLevel),
  );
  const count = found.reduce((sum, candidates) => sum + candidates.points.length, 0);
  const boxes = new Float64Array(count * 4);
  const scores = new Float32Array(count);
  const classIds = new Int32Array(count);
  const sources: DecodedBoxes['sources'] = [];
  const probabilities = new Float64Array(options.bins);
  for (const [l, candidates] of found.entries()) {
    const level = levels[l]!;
    for (let i = 0; i < candidates.points.length; i++) {
      const point = candidates.points[i]!;
      const n = sources.length;
      const distance = (side: number) => {
        softmax(level.boxes, (point * 4 + side) * options.bins, probabilities);
        return level.stride * expectation(probabilities);
      };
      const box = distanceToBox(
        priorCentre(point, level.columns, level.stride, options.priorOffset),
        { left: distance(0), top: distance(1), right: distance(2), bottom: distance(3) },
        input,
      );
      boxes.set([box.x1, box.y1, box.x2, box.y2], n * 4);
      scores[n] = candidates.scores[i]!;
      classIds[n] = candidates.classIds[i]!;
      sources.push({ level, point });
    }
  }
  return { boxes, scores, classIds, sources };
}

/** What the general distribution says of a box's four edges, sides in the order left, top, right, bottom. */
export interface EdgesDescribed {
  /** The prior centre, pixels of the network input. */
  centre: { x: number; y: number };
  /** Pixels of the network input between one bin and the next. */
  stride: number;
  /** (4), pixels of the network input */
  sigmas: number[];
  /** (4, bins) */
  probabilities: Float64Array[];
}

export function describeEdges(
  { level, point }: DecodedBoxes['sources'][number],
  bins: number,
  priorOffset: number,
): EdgesDescribed {
  const probabilities = [0, 1, 2, 3].map(side => {
    const distribution = new Float64Array(bins);
    softmax(level.boxes, (point * 4 + side) * bins, distribution);
    return distribution;
  });
  return {
    centre: priorCentre(point, level.columns, level.stride, priorOffset),
    stride: level.stride,
    sigmas: probabilities.map(p => level.stride * deviation(p, expectation(p))),
    probabilities,
  };
}
