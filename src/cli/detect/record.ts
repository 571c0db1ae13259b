import type { DetectResult } from '../../detector/contract.ts';

export interface RecordedDetection {
  class_id: number;
  label: string;
  score: number;
  box: { x1: number; y1: number; x2: number; y2: number };
  uncertainty?: { left: number; top: number; right: number; bottom: number };
}

/** One picture in the output: the answer of `POST /detect` with the name of the file. */
export interface PictureRecord {
  file: string;
  model: { name: string; version: string; provider?: string };
  image: { width: number; height: number };
  detections: RecordedDetection[];
}

/** As the service rounds: pixels to 2 decimals, scores to 5. */
export function toRecord(file: string, model: PictureRecord['model'], result: DetectResult): PictureRecord {
  return {
    file,
    model: { name: model.name, version: model.version, ...(model.provider && { provider: model.provider }) },
    image: { width: result.image.width, height: result.image.height },
    detections: result.detections.map(({ classId, label, score, box, uncertainty }) => ({
      class_id: classId,
      label,
      score: round(score, 5),
      box: { x1: round(box.x1, 2), y1: round(box.y1, 2), x2: round(box.x2, 2), y2: round(box.y2, 2) },
      ...(uncertainty && {
        uncertainty: {
          left: round(uncertainty.left, 2),
          top: round(uncertainty.top, 2),
          right: round(uncertainty.right, 2),
          bottom: round(uncertainty.bottom, 2),
        },
      }),
    })),
  };
}

export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
