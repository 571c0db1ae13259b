import { type DecodedBoxes, describeEdges } from './gfl/decode.ts';
import type { Placement } from './image/placement.ts';
import type { Box, Detection, Edges } from './types.ts';

export interface ResultContext {
  labels: readonly string[];
  bins: number;
  priorOffset: number;
  placement: Placement;
  picture: { width: number; height: number };
  includeDistribution: boolean;
}

/** Kept candidates -> detections in pixels of the upright picture; boxes that clip to nothing are dropped. */
export function toDetections(decoded: DecodedBoxes, kept: readonly number[], context: ResultContext): Detection[] {
  const detections: Detection[] = [];
  for (const i of kept) {
    const box = unplace(decoded.boxes.subarray(i * 4, i * 4 + 4), context);
    if (box.x2 <= box.x1 || box.y2 <= box.y1) continue;
    const classId = decoded.classIds[i]!;
    detections.push({
      classId,
      label: context.labels[classId]!,
      score: decoded.scores[i]!,
      box,
      ...edgesOf(decoded.sources[i]!, context),
    });
  }
  return detections;
}

function unplace(box: Float64Array, { placement, picture }: ResultContext): Box {
  const x = (value: number) => Math.min(Math.max((value - placement.offsetX) / placement.scaleX, 0), picture.width);
  const y = (value: number) => Math.min(Math.max((value - placement.offsetY) / placement.scaleY, 0), picture.height);
  return { x1: x(box[0]!), y1: y(box[1]!), x2: x(box[2]!), y2: y(box[3]!) };
}

function edgesOf(
  source: DecodedBoxes['sources'][number],
  context: ResultContext,
): Pick<Detection, 'uncertainty' | 'distribution'> {
  const { scaleX, scaleY, offsetX, offsetY } = context.placement;
  const { centre, stride, sigmas, probabilities } = describeEdges(source, context.bins, context.priorOffset);
  const uncertainty = edges(side => sigmas[side]! / (side % 2 === 0 ? scaleX : scaleY));
  if (!context.includeDistribution) return { uncertainty };
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
