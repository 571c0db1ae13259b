import type { DecodedBoxes } from './gfl/decode.ts';
import { describeEdges } from './gfl/describe-edges.ts';
import type { PriorOffset } from './gfl/prior-centres.ts';
import type { Mapping, Size } from './image/placement.ts';
import type { Detection, Edges } from './types.ts';

export interface ResultContext {
  labels: readonly string[];
  mapping: Mapping;
  picture: Size;
  /** What the distributions need to be described; undefined for graphs that give none. */
  distribution: { bins: number; priorOffset: PriorOffset } | undefined;
  includeDistribution: boolean;
}

/** (count, 4) boxes, in place: pixels of the network input -> pixels of the upright picture. */
export function toPicture(boxes: Float64Array, { scaleX, scaleY, offsetX, offsetY }: Mapping): void {
  for (let i = 0; i < boxes.length; i += 2) {
    boxes[i] = (boxes[i]! - offsetX) / scaleX;
    boxes[i + 1] = (boxes[i + 1]! - offsetY) / scaleY;
  }
}

/**
 * Kept candidates, whose boxes are in pixels of the upright picture, -> detections clipped to it. Boxes of which nothing is
 * left are dropped.
 */
export function toDetections(decoded: DecodedBoxes, kept: readonly number[], context: ResultContext): Detection[] {
  const { picture, labels } = context;
  const detections: Detection[] = [];
  for (const i of kept) {
    const x = (value: number) => Math.min(Math.max(value, 0), picture.width);
    const y = (value: number) => Math.min(Math.max(value, 0), picture.height);
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map(edge => decoded.boxes[i * 4 + edge]!) as [number, number, number, number];
    const box = { x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2) };
    // Written so that a box of NaN is dropped too.
    if (!(box.x2 > box.x1 && box.y2 > box.y1)) continue;
    const classId = decoded.classIds[i]!;
    const edges = context.distribution && edgesOf(decoded.sources[i]!, context.distribution, context);
    detections.push({ classId, label: labels[classId]!, score: decoded.scores[i]!, box, ...edges });
  }
  return detections;
}

function edgesOf(
  source: DecodedBoxes['sources'][number],
  { bins, priorOffset }: NonNullable<ResultContext['distribution']>,
  { mapping, includeDistribution }: ResultContext,
): Pick<Detection, 'uncertainty' | 'distribution'> {
  const { scaleX, scaleY, offsetX, offsetY } = mapping;
  const { centre, stride, sigmas, probabilities } = describeEdges(source, bins, priorOffset);
  const uncertainty = edges(side => sigmas[side]! / (side % 2 === 0 ? scaleX : scaleY));
  if (!includeDistribution) return { uncertainty };
  return {
    uncertainty,
    distribution: {
      origin: { x: (centre.x - offsetX) / scaleX, y: (centre.y - offsetY) / scaleY },
      binSize: { x: stride / scaleX, y: stride / scaleY },
      ...edges(side => Array.from(probabilities[side]!)),
    },
  };
}

/** Sides in the head's order: left, top, right, bottom. */
function edges<T>(of: (side: number) => T): Edges<T> {
  return { left: of(0), top: of(1), right: of(2), bottom: of(3) };
}
