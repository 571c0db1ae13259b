import type { DetectResult } from '../detector/contract.ts';
import { type ScoredIou, scoredIous } from './calibration.ts';
import type { CocoAnnotation, CocoImage, CocoResult } from './coco-dataset.ts';
import { EvaluationError } from './evaluation-error.ts';
import { type FoundDetection, MATCH_SCORE, type MatchedObject, matchedEdges, SIDES } from './matched-edges.ts';
import { toStored } from './orient-box.ts';
import { type FrameChoice, type UprightObjects, uprightObjects } from './upright-objects.ts';

/** One picture's truth, answer, and how they compare. All boxes are in the upright picture but `stored`. */
export interface JudgedPicture extends UprightObjects {
  image: CocoImage;
  /** Of the upright picture; `undefined` where the service refused it. */
  size: { width: number; height: number } | undefined;
  results: CocoResult[];
  /** The results in the annotations' own frame, for a results file. */
  framedResults: CocoResult[];
  scored: ScoredIou[];
  matched: MatchedObject[];
  /** Pixels, of every edge of the detections from MATCH_SCORE on. */
  sigmas: number[];
}

export interface PictureTruth {
  image: CocoImage;
  annotations: readonly CocoAnnotation[];
  /** Class label -> category id. */
  categoryOf: ReadonlyMap<string, number>;
  frame: FrameChoice;
}

/** A picture's detections against its objects. They may carry distributions; nothing of them is kept. */
export function judgePicture(
  { image, annotations, categoryOf, frame }: PictureTruth,
  { image: size, orientation, detections }: DetectResult,
): JudgedPicture {
  const upright = uprightObjects(image, annotations, size, orientation, frame);
  const found = detections.map((detection): FoundDetection => {
    const category = categoryOf.get(detection.label);
    if (category === undefined) throw new EvaluationError(`The annotations have no category "${detection.label}".`);
    const { x1, y1, x2, y2 } = detection.box;
    const bbox: CocoResult['bbox'] = [rounded(x1), rounded(y1), rounded(x2 - x1), rounded(y2 - y1)];
    return { detection, result: { image_id: image.id, category_id: category, bbox, score: detection.score } };
  });
  const results = found.map(({ result }) => result);
  const classes = [...new Set(results.map(result => result.category_id))].map(id => ({
    objects: upright.objects.filter(object => object.category_id === id),
    found: found.filter(({ result }) => result.category_id === id),
  }));
  return {
    ...upright,
    image,
    size,
    results,
    framedResults:
      upright.frame === 'upright' || orientation === 1
        ? results
        : results.map(result => ({
            ...result,
            bbox: toStored(result.bbox, size, orientation).map(rounded) as typeof result.bbox,
          })),
    scored: classes.flatMap(({ objects, found }) =>
      scoredIous(
        found.map(({ result }) => result),
        objects,
      ),
    ),
    matched: classes.flatMap(({ objects, found }) => matchedEdges(found, objects)),
    sigmas: detections
      .filter(({ score }) => score >= MATCH_SCORE)
      .flatMap(({ uncertainty }) => (uncertainty === undefined ? [] : SIDES.map(side => uncertainty[side]))),
  };
}

/** A picture the service refused: its objects were not found. */
export function refusedPicture({ image, annotations }: PictureTruth): JudgedPicture {
  return {
    image,
    size: undefined,
    objects: [...annotations],
    frame: 'stored',
    guessed: false,
    otherSize: false,
    results: [],
    framedResults: [],
    scored: [],
    matched: [],
    sigmas: [],
  };
}

/** Thousandths of a pixel: what is evaluated is what the results file says. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
