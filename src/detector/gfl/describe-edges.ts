import type { DecodedBoxes } from './decode.ts';
import { deviation, expectation, softmax } from './integral.ts';
import { centreOf, type PriorOffset } from './prior-centres.ts';

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

/** Only for heads that give logits of distributions. */
export function describeEdges(
  { level, point }: DecodedBoxes['sources'][number],
  bins: number,
  priorOffset: PriorOffset,
): EdgesDescribed {
  const { data, start, pointStep, channelStep } = level.boxes;
  const probabilities = [0, 1, 2, 3].map(side => {
    const distribution = new Float64Array(bins);
    softmax(data, start + point * pointStep + side * bins * channelStep, channelStep, distribution);
    return distribution;
  });
  return {
    centre: centreOf(level, point, priorOffset),
    stride: level.stride,
    sigmas: probabilities.map(p => level.stride * deviation(p, expectation(p))),
    probabilities,
  };
}
