import { isGridManifest } from '../model/manifest.ts';
import type { Finding } from './finding.ts';
import { bestOfPoints, levelsOf } from './grid-answer.ts';
import type { Subject, Trial } from './subject.ts';

const CONFIDENT = 0.3;
const FEW = 3;
/** Objects that are cut off are drawn a little past the border; nothing lies half outside. */
const MAX_OUTSIDE = 0.5;
const MAX_ODD = 0.2;

/** Boxes of confident points have a size and lie in the picture; a wrong kind of coordinates gives others. */
export function proveBoxes(subject: Subject, trials: readonly Trial[]): Finding {
  const boxes = trials.flatMap(trial => confidentBoxes(subject, trial));
  const odd = boxes.filter(({ box, width, height }) => !isSane(box, width, height));
  if (boxes.length < FEW) {
    return {
      proof: 'boxes',
      verdict: 'unproven',
      text: `${boxes.length} boxes of score ${CONFIDENT} are too few to judge`,
    };
  }
  const all = `${boxes.length} boxes of score ${CONFIDENT} or more`;
  if (odd.length <= MAX_ODD * boxes.length) {
    const good = odd.length === 0 ? all : `${boxes.length - odd.length} of ${all}`;
    return { proof: 'boxes', verdict: 'holds', text: `${good} have a size and lie in the picture` };
  }
  const example = odd[0]!.box.map(edge => edge.toFixed(1)).join(', ');
  const field = isGridManifest(subject.model.manifest)
    ? 'see head.boxes, head.bins, head.strides and head.layout'
    : 'see head.detections';
  return {
    proof: 'boxes',
    verdict: 'fails',
    text: `${odd.length} of ${all} have no size or lie outside the input, such as [${example}]: ${field}`,
  };
}

interface PlacedBox {
  /** x1, y1, x2, y2 in pixels of the network input. */
  box: number[];
  width: number;
  height: number;
}

function confidentBoxes(subject: Subject, { prepared, tensors }: Trial): PlacedBox[] {
  const { width, height } = prepared.placement;
  const { manifest } = subject.model;
  if (!isGridManifest(manifest)) {
    const { data } = tensors[manifest.head.detections]!;
    const rows = Array.from({ length: data.length / 5 }, (_, i) => Array.from(data.subarray(i * 5, i * 5 + 5)));
    return rows.filter(row => row[4]! >= CONFIDENT).map(row => ({ box: row.slice(0, 4), width, height }));
  }
  const levels = levelsOf(subject, tensors, prepared.placement, 1, 0)!;
  const { boxes, scores } = bestOfPoints(subject, levels, CONFIDENT);
  return Array.from(scores, (_, i) => ({ box: Array.from(boxes.subarray(i * 4, i * 4 + 4)), width, height }));
}

function isSane(box: readonly number[], width: number, height: number): boolean {
  const [x1, y1, x2, y2] = box as [number, number, number, number];
  const area = (x2 - x1) * (y2 - y1);
  if (!(x2 - x1 >= 1 && y2 - y1 >= 1)) return false;
  const inside =
    Math.max(0, Math.min(x2, width) - Math.max(x1, 0)) * Math.max(0, Math.min(y2, height) - Math.max(y1, 0));
  return inside >= (1 - MAX_OUTSIDE) * area;
}
