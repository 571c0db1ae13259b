import type { Distribution, Edge } from '../api/answer.ts';

export interface PlacedBin {
  /** Centre, in pixels of the picture: an x for the left and right edges, a y for the others. */
  at: number;
  /** Pixels. */
  width: number;
  probability: number;
}

/** The bins of one edge where they lie in the picture, from left to right or from top to bottom. */
export function binPositions(distribution: Distribution, edge: Edge): PlacedBin[] {
  const axis = edge === 'left' || edge === 'right' ? 'x' : 'y';
  const outwards = edge === 'left' || edge === 'top' ? -1 : 1;
  const width = distribution.bin_size[axis];
  const bins = distribution[edge].map((probability, i) => {
    return { at: distribution.origin[axis] + outwards * i * width, width, probability };
  });
  return outwards < 0 ? bins.reverse() : bins;
}
