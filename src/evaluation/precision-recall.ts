import type { Matches } from './match-detections.ts';

/** COCO's 101 recall levels, to the last bit as numpy.linspace gives them: i * 0.01 is not always i / 100. */
export const RECALL_LEVELS = Array.from({ length: 101 }, (_, i) => i * 0.01);

export interface Curve {
  /** (101): the best precision at or beyond each recall level, 0 where it is never reached. */
  precision: Float64Array;
  /** The highest recall reached. */
  recall: number;
}

/**
 * One class over all pictures at one IoU threshold; `undefined` when the class has no object that counts.
 * Source: pycocotools `COCOeval.accumulate`.
 *
 * @param limit detections counted a picture, the best
 */
export function precisionRecall(pictures: readonly Matches[], threshold: number, limit: number): Curve | undefined {
  const objects = pictures.reduce((sum, picture) => sum + picture.objects, 0);
  if (objects === 0) return undefined;
  const detections: { score: number; found: boolean }[] = [];
  for (const { scores, found, ignored } of pictures) {
    const count = Math.min(scores.length, limit);
    for (let d = 0; d < count; d++) {
      if (ignored[threshold]![d] === 1) continue;
      detections.push({ score: scores[d]!, found: found[threshold]![d]! >= 0 });
    }
  }
  detections.sort((a, b) => b.score - a.score);
  const recalls = new Float64Array(detections.length);
  const precisions = new Float64Array(detections.length);
  let right = 0;
  for (let i = 0; i < detections.length; i++) {
    if (detections[i]!.found) right++;
    recalls[i] = right / objects;
    precisions[i] = right / (i + 1);
  }
  for (let i = precisions.length - 2; i >= 0; i--) precisions[i] = Math.max(precisions[i]!, precisions[i + 1]!);
  const precision = new Float64Array(RECALL_LEVELS.length);
  let at = 0;
  for (const [level, recall] of RECALL_LEVELS.entries()) {
    while (at < recalls.length && recalls[at]! < recall) at++;
    precision[level] = at < recalls.length ? precisions[at]! : 0;
  }
  return { precision, recall: right / objects };
}
