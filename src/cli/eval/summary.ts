import type { EngineModel } from '../../engine/protocol.ts';
import type { CocoCategory } from '../../evaluation/coco-dataset.ts';
import type { Evaluation } from '../../evaluation/evaluate-model.ts';
import type { JudgedPicture } from '../../evaluation/judge-picture.ts';
import { type ClassMatch, quoted } from '../../evaluation/match-classes.ts';

/** What `gfl-serve eval --format json` prints. */
export interface EvalSummary extends Omit<Evaluation, 'classes'> {
  model: EngineModel;
  pictures: number;
  /** Crowds not counted. */
  objects: number;
  detections: number;
  scoreThreshold: number;
  maxDetections: number;
  /** Pictures that did not decode, or that no engine survived; their objects count as missed. */
  refused: RefusedPicture[];
  /** What to know before believing the figures, one sentence each. */
  notes: string[];
  classes: Omit<Evaluation['classes'][number], 'curve50' | 'curve75'>[];
}

export interface RefusedPicture {
  file: string;
  reason: string;
}

export interface Measured {
  model: EngineModel;
  evaluation: Evaluation;
  /** Those that are evaluated. */
  categories: readonly CocoCategory[];
  pictures: readonly JudgedPicture[];
  refused: readonly RefusedPicture[];
  classMatch: ClassMatch;
  scoreThreshold: number;
  maxDetections: number;
}

export function evalSummary(measured: Measured): EvalSummary {
  const { model, evaluation, pictures, refused, scoreThreshold, maxDetections } = measured;
  const { classes, calibration, edges, ...ap } = evaluation;
  return {
    model,
    pictures: pictures.length,
    objects: classes.reduce((sum, { objects }) => sum + objects, 0),
    detections: pictures.reduce((sum, { results }) => sum + results.length, 0),
    scoreThreshold,
    maxDetections,
    ...ap,
    ...(calibration && { calibration }),
    ...(edges && { edges }),
    classes: classes.map(({ curve50: _, curve75: __, ...figures }) => figures),
    refused: [...refused],
    notes: notes(measured),
  };
}

function notes({ classMatch, pictures, refused }: Measured): string[] {
  const { labelsLeftOut, categoriesLeftOut, categoryOf } = classMatch;
  const sentences: string[] = [];
  const evaluated = `${categoryOf.size} ${categoryOf.size === 1 ? 'class is' : 'classes are'} evaluated`;
  if (categoriesLeftOut.length > 0) {
    sentences.push(`The model does not know ${quoted(categoriesLeftOut)} of the annotations: ${evaluated}.`);
  }
  if (labelsLeftOut.length > 0) {
    sentences.push(`The annotations do not have ${quoted(labelsLeftOut)} of the model: ${evaluated}.`);
  }
  const files = (which: readonly JudgedPicture[]) =>
    `${which.length} ${which.length === 1 ? 'picture' : 'pictures'} (${quoted(which.map(({ image }) => image.file_name))})`;
  const otherSize = pictures.filter(picture => picture.otherSize);
  if (otherSize.length > 0) {
    sentences.push(
      `The annotations of ${files(otherSize)} are of another size than the pictures: are they the same pictures?`,
    );
  }
  const guessed = pictures.filter(picture => picture.guessed);
  if (guessed.length > 0) {
    sentences.push(
      `EXIF turns ${files(guessed)} and nothing says which way they were annotated: taken as stored; --frame upright takes the other.`,
    );
  }
  if (refused.length > 0) {
    sentences.push(`${refused.length} of ${pictures.length} pictures were refused: their objects count as missed.`);
  }
  return sentences;
}
