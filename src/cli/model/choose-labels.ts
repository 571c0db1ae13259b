import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';

const COCO = new URL('../../../models/nanodet-g/labels.txt', import.meta.url);
const COCO_CLASSES = 80;

/** Class names: those given, those in the graph's metadata, or COCO's where the number of classes is COCO's. */
export function chooseLabels(
  file: string,
  classes: number | undefined,
  given: readonly string[] | undefined,
  named: readonly string[] | undefined,
): string[] {
  if (given !== undefined) {
    if (classes === undefined || given.length === classes) return [...given];
    throw new CliError(`--labels has ${given.length} names, and the graph has ${classes} classes.`);
  }
  if (named !== undefined && named.length === (classes ?? named.length)) return [...named];
  if (classes === COCO_CLASSES) return readFileSync(COCO, 'utf8').trim().split('\n');
  const count =
    classes === undefined
      ? 'the graph does not say how many classes it has'
      : `the graph has ${classes} classes${classes === COCO_CLASSES + 1 ? ', or 80 and an objectness (YOLOv5, YOLOv7)' : ''}`;
  throw new CliError(`${file}: ${count}: name them with --labels FILE, one a line, in the order of its scores.`);
}
