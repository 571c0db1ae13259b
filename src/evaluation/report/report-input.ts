import type { Evaluation } from '../evaluate-model.ts';
import type { JudgedPicture } from '../judge-picture.ts';
import type { PictureErrors } from '../worst-pictures.ts';

/** What the page is made of. */
export interface ReportInput {
  model: { name: string; version: string; provider: string; inputShape: string };
  /** How the dataset is called, as a rule its file name. */
  dataset: string;
  /** Day, as written on the page. */
  date: string;
  evaluation: Evaluation;
  pictures: readonly JudgedPicture[];
  refused: readonly { file: string; reason: string }[];
  notes: readonly string[];
  scoreThreshold: number;
  maxDetections: number;
  /** With a small copy of each picture as a data URI. */
  worst: readonly (PictureErrors & { thumbnail: string })[];
  /** Category id -> name. */
  names: ReadonlyMap<number, string>;
}
