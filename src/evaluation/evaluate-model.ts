import { type Calibration, calibrate } from './calibration.ts';
import { type CocoEvaluation, evaluateCoco } from './coco-ap.ts';
import type { CocoCategory } from './coco-dataset.ts';
import { type EdgeCoverage, edgeCoverage } from './edge-coverage.ts';
import type { JudgedPicture } from './judge-picture.ts';

export interface Evaluation extends CocoEvaluation {
  /** Absent when nothing was detected. */
  calibration?: Calibration;
  /** Absent for graphs without distributions, and when no object was found. */
  edges?: EdgeCoverage;
}

/** Everything that is measured of one model on one dataset. The same whatever the order of `pictures`. */
export function evaluateModel(pictures: readonly JudgedPicture[], categories: readonly CocoCategory[]): Evaluation {
  const inOrder = [...pictures].sort((a, b) => a.image.id - b.image.id);
  const truth = {
    images: inOrder.map(({ image }) => image),
    annotations: inOrder.flatMap(({ objects }) => objects),
    categories: [...categories],
  };
  const calibration = calibrate(inOrder.flatMap(({ scored }) => scored));
  const edges = edgeCoverage(inOrder.flatMap(({ matched }) => matched));
  return {
    ...evaluateCoco(
      truth,
      inOrder.flatMap(({ results }) => results),
    ),
    ...(calibration && { calibration }),
    ...(edges && { edges }),
  };
}
