import type { CocoAnnotation, CocoResult } from './coco-dataset.ts';
import type { JudgedPicture } from './judge-picture.ts';
import { iouTable, matchDetections } from './match-detections.ts';
import { MATCH_IOU, MATCH_SCORE } from './matched-edges.ts';

/** What a caller with the default threshold would see on one picture, right and wrong. */
export interface PictureErrors {
  picture: JudgedPicture;
  /** Objects that a detection found, and the detections that found one. */
  found: CocoAnnotation[];
  right: CocoResult[];
  missed: CocoAnnotation[];
  /** Detections of nothing, of another class, or the second of an object. */
  wrong: CocoResult[];
  crowds: CocoAnnotation[];
  /** 2 right / (2 right + wrong + missed); 1 when there is neither an object nor a detection. */
  f1: number;
}

const ANY_SIZE = { from: 0, to: Number.POSITIVE_INFINITY };

/** The pictures with the lowest F1, of equal ones those with the most errors first. Pictures without an error are not in it. */
export function worstPictures(pictures: readonly JudgedPicture[], count: number): PictureErrors[] {
  return pictures
    .filter(({ size }) => size !== undefined)
    .map(pictureErrors)
    .filter(({ f1 }) => f1 < 1)
    .sort((a, b) => a.f1 - b.f1 || errors(b) - errors(a) || a.picture.image.id - b.picture.image.id)
    .slice(0, count);
}

function errors({ missed, wrong }: PictureErrors): number {
  return missed.length + wrong.length;
}

function pictureErrors(picture: JudgedPicture): PictureErrors {
  const sure = picture.results.filter(({ score }) => score >= MATCH_SCORE).sort((a, b) => b.score - a.score);
  const all: PictureErrors = { picture, found: [], right: [], missed: [], wrong: [], crowds: [], f1: 1 };
  for (const category of new Set([...picture.objects, ...sure].map(({ category_id }) => category_id))) {
    const objects = picture.objects.filter(({ category_id }) => category_id === category);
    const results = sure.filter(({ category_id }) => category_id === category);
    const { found, ignored } = matchDetections(results, objects, iouTable(results, objects), [MATCH_IOU], ANY_SIZE);
    const taken = new Set(found[0]);
    for (const [g, object] of objects.entries()) {
      if (object.iscrowd === 1) all.crowds.push(object);
      else if (taken.has(g)) all.found.push(object);
      else all.missed.push(object);
    }
    for (const [d, result] of results.entries()) {
      if (ignored[0]![d] === 1) continue;
      if (found[0]![d]! >= 0) all.right.push(result);
      else all.wrong.push(result);
    }
  }
  const counted = 2 * all.right.length + errors(all);
  return counted === 0 ? all : { ...all, f1: (2 * all.right.length) / counted };
}
