import { type CandidateOptions, selectCandidates } from './candidates.ts';
import { type Corners, clipBox, distanceToBox } from './distance-to-box.ts';
import { expectation, softmax } from './integral.ts';
import { centreOf, type PriorOffset } from './prior-centres.ts';
import type { Level } from './split-outputs.ts';

export interface BoxCoding {
  /** What the box channels of a point are. */
  boxes: 'logits' | 'distances' | 'xyxy' | 'cxcywh';
  /** Of each side's distribution, with `logits`. */
  bins: number;
  priorOffset: PriorOffset;
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

/**
 * One picture's levels -> candidate boxes. The integral is taken of candidates only.
 *
 * @param bounds what boxes are clipped to; nothing when undefined
 */
export function decodeLevels(
  levels: readonly Level[],
  coding: BoxCoding,
  options: CandidateOptions,
  bounds: Corners | undefined,
): DecodedBoxes {
  const found = levels.map(level => selectCandidates(level.scores, level.points, options));
  const count = found.reduce((sum, candidates) => sum + candidates.points.length, 0);
  const boxes = new Float64Array(count * 4);
  const scores = new Float32Array(count);
  const classIds = new Int32Array(count);
  const sources: DecodedBoxes['sources'] = [];
  const decodeBox = boxDecoder(coding);
  for (const [l, candidates] of found.entries()) {
    const level = levels[l]!;
    let source: DecodedBoxes['sources'][number] | undefined;
    let box!: Corners;
    for (let i = 0; i < candidates.points.length; i++) {
      const point = candidates.points[i]!;
      const n = sources.length;
      // Pairs come in the order of their points: the classes of one point share its box.
      if (source?.point !== point) {
        source = { level, point };
        const free = decodeBox(level, point);
        box = bounds === undefined ? free : clipBox(free, bounds);
      }
      boxes[n * 4] = box.x1;
      boxes[n * 4 + 1] = box.y1;
      boxes[n * 4 + 2] = box.x2;
      boxes[n * 4 + 3] = box.y2;
      scores[n] = candidates.scores[i]!;
      classIds[n] = candidates.classIds[i]!;
      sources.push(source);
    }
  }
  return { boxes, scores, classIds, sources };
}

function boxDecoder({ boxes, bins, priorOffset }: BoxCoding): (level: Level, point: number) => Corners {
  const channel = ({ boxes: { data, start, pointStep, channelStep } }: Level, point: number, index: number) =>
    data[start + point * pointStep + index * channelStep]!;
  const fromDistances = (level: Level, point: number, distance: (side: number) => number) =>
    distanceToBox(centreOf(level, point, priorOffset), {
      left: level.stride * distance(0),
      top: level.stride * distance(1),
      right: level.stride * distance(2),
      bottom: level.stride * distance(3),
    });
  switch (boxes) {
    case 'logits': {
      const probabilities = new Float64Array(bins);
      return (level, point) =>
        fromDistances(level, point, side => {
          const { data, start, pointStep, channelStep } = level.boxes;
          softmax(data, start + point * pointStep + side * bins * channelStep, channelStep, probabilities);
          return expectation(probabilities);
        });
    }
    case 'distances':
      return (level, point) => fromDistances(level, point, side => channel(level, point, side));
    case 'xyxy':
      return (level, point) => ({
        x1: channel(level, point, 0),
        y1: channel(level, point, 1),
        x2: channel(level, point, 2),
        y2: channel(level, point, 3),
      });
    case 'cxcywh':
      return (level, point) => {
        const x = channel(level, point, 0);
        const y = channel(level, point, 1);
        const halfWidth = channel(level, point, 2) / 2;
        const halfHeight = channel(level, point, 3) / 2;
        return { x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight };
      };
  }
}
