import type { Detection, Edges } from '../detector/contract.ts';
import type { CocoAnnotation, CocoResult } from './coco-dataset.ts';
import { distributionFocalLoss } from './gfl-loss.ts';
import { iouTable, matchDetections } from './match-detections.ts';
import { type ObjectSize, sizeOf } from './object-size.ts';

export const SIDES = ['left', 'top', 'right', 'bottom'] as const satisfies (keyof Edges<number>)[];
export type Side = (typeof SIDES)[number];

/** One edge of a detection against the same edge of its object; pixels of the picture. */
export interface EdgeSample {
  /** True position less the detection's: positive when the true edge lies further right or down. */
  error: number;
  /** The detection's own standard deviation of it. */
  sigma: number;
  /** Distribution Focal Loss, nats. */
  dfl: number;
  /** The true edge lies beyond the last bin or on the other side of the prior centre: `dfl` is of the nearest bin. */
  beyondBins: boolean;
}

export interface MatchedObject extends Edges<EdgeSample> {
  size: ObjectSize;
}

/** A detection counts as its object's from this IoU on … */
export const MATCH_IOU = 0.5;
/** … and only with at least this score, the service's default threshold: what a caller sees. */
export const MATCH_SCORE = 0.25;

export interface FoundDetection {
  detection: Detection;
  result: CocoResult;
}

/**
 * The edges of detections that found an object, matched as for COCO AP at IoU 0.5 (best score first, each object once,
 * crowds left out). Only of detections that carry distributions.
 *
 * @param found of one picture and one class, the detector's form and the same as COCO result
 */
export function matchedEdges(found: readonly FoundDetection[], objects: readonly CocoAnnotation[]): MatchedObject[] {
  const single = objects.filter(({ iscrowd }) => iscrowd === 0);
  const sure = found
    .filter(({ detection }) => detection.score >= MATCH_SCORE)
    .sort((a, b) => b.result.score - a.result.score);
  const results = sure.map(({ result }) => result);
  const everySize = { from: 0, to: Number.POSITIVE_INFINITY };
  const { found: objectOf } = matchDetections(results, single, iouTable(results, single), [MATCH_IOU], everySize);
  return sure.flatMap(({ detection }, d) => {
    const object = single[objectOf[0]![d]!];
    const edges = object && edgesOf(detection, object.bbox);
    return edges === undefined ? [] : [{ size: sizeOf(object!.area), ...edges }];
  });
}

function edgesOf(
  { box, uncertainty, distribution }: Detection,
  bbox: CocoAnnotation['bbox'],
): Edges<EdgeSample> | undefined {
  if (uncertainty === undefined || distribution === undefined) return undefined;
  const { origin, binSize } = distribution;
  const [x, y, width, height] = bbox;
  /** @param bins where the true edge lies, counted from the prior centre */
  const sample = (side: Side, truth: number, position: number, bins: number): EdgeSample => {
    const last = distribution[side].length - 1;
    // Training clamps its targets, too.
    const target = Math.min(Math.max(bins, 0), last);
    return {
      error: truth - position,
      sigma: uncertainty[side],
      dfl: distributionFocalLoss(distribution[side], target),
      beyondBins: target !== bins,
    };
  };
  return {
    left: sample('left', x, box.x1, (origin.x - x) / binSize.x),
    top: sample('top', y, box.y1, (origin.y - y) / binSize.y),
    right: sample('right', x + width, box.x2, (x + width - origin.x) / binSize.x),
    bottom: sample('bottom', y + height, box.y2, (y + height - origin.y) / binSize.y),
  };
}
