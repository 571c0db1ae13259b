import type { CocoAnnotation, CocoResult } from './coco-dataset.ts';

/** One picture, one class, one area range: which detections are right, wrong or not counted. */
export interface Matches {
  /** (detections), best first. */
  scores: number[];
  /** (thresholds, detections): index of the object that the detection found, -1 where it found none. */
  found: Int32Array[];
  /** (thresholds, detections): 1 where the detection counts neither for nor against. */
  ignored: Uint8Array[];
  /** Objects that count. */
  objects: number;
}

export interface AreaRange {
  from: number;
  to: number;
}

/** (detections, truths); the best detections first, as `matchDetections` wants them. */
export function iouTable(detections: readonly CocoResult[], truths: readonly CocoAnnotation[]): Float64Array[] {
  return detections.map(detection =>
    Float64Array.from(truths, truth => boxIou(detection.bbox, truth.bbox, truth.iscrowd === 1)),
  );
}

/** A crowd's region covers many objects: the overlap is then measured against the detection alone. */
function boxIou(a: CocoResult['bbox'], b: CocoAnnotation['bbox'], crowd: boolean): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (crowd ? a[2] * a[3] : a[2] * a[3] + b[2] * b[3] - intersection);
}

/**
 * Greedy matching, best detection first, each to the free object it overlaps most. Source: pycocotools
 * `COCOeval.evaluateImg`, whose order of comparisons is kept, since it decides ties.
 *
 * @param detections best first, at most the number evaluated
 * @param ious (detections, truths)
 */
export function matchDetections(
  detections: readonly CocoResult[],
  truths: readonly CocoAnnotation[],
  ious: readonly Float64Array[],
  thresholds: readonly number[],
  range: AreaRange,
): Matches {
  const outside = (area: number) => area < range.from || area > range.to;
  const uncounted = truths.map(truth => truth.iscrowd === 1 || outside(truth.area));
  // Objects that count first, so that a detection takes an uncounted one only when nothing else fits.
  const order = [...truths.keys()].sort((i, j) => Number(uncounted[i]) - Number(uncounted[j]) || i - j);
  const found: Int32Array[] = [];
  const ignored: Uint8Array[] = [];
  for (const threshold of thresholds) {
    const taken = new Uint8Array(truths.length);
    const truthOf = new Int32Array(detections.length).fill(-1);
    const skip = new Uint8Array(detections.length);
    for (let d = 0; d < detections.length; d++) {
      const best = bestTruth(ious[d]!, truths, order, uncounted, taken, threshold);
      if (best >= 0) {
        taken[best] = 1;
        truthOf[d] = best;
        skip[d] = uncounted[best] ? 1 : 0;
      } else {
        const [, , width, height] = detections[d]!.bbox;
        skip[d] = outside(width * height) ? 1 : 0;
      }
    }
    found.push(truthOf);
    ignored.push(skip);
  }
  return {
    scores: detections.map(detection => detection.score),
    found,
    ignored,
    objects: uncounted.filter(skip => !skip).length,
  };
}

function bestTruth(
  ious: Float64Array,
  truths: readonly CocoAnnotation[],
  order: readonly number[],
  uncounted: readonly boolean[],
  taken: Uint8Array,
  threshold: number,
): number {
  let highest = Math.min(threshold, 1 - 1e-10);
  let best = -1;
  for (const g of order) {
    if (taken[g] === 1 && truths[g]!.iscrowd !== 1) continue;
    if (best >= 0 && !uncounted[best] && uncounted[g]) break;
    if (ious[g]! < highest) continue;
    highest = ious[g]!;
    best = g;
  }
  return best;
}
