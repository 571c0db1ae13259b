import { isGridManifest } from '../model/manifest.ts';
import { suppress } from '../nms/suppress.ts';
import type { Finding } from './finding.ts';
import { bestOfPoints, levelsOf } from './grid-answer.ts';
import { overlap } from './overlap.ts';
import type { Subject, Trial } from './subject.ts';

const CONFIDENT = 0.4;
/** Of its counterpart: detectors are less sure of the one than of the other. */
const RECOGNISED = 0.15;
const FEW = 3;
/**
 * Half a cell is the mistake that is made. Measured on 8 models and 3 sets of pictures: at most 0.05 cells where the offset is
 * right, 0.45 to 0.55 where it is not.
 */
const MAX_SHIFT_CELLS = 0.25;
const MAX_TRIED_CELLS = 1;
const STEP_CELLS = 0.05;
/** Mean IoU of boxes and their mirrored counterparts, below which they are not the same boxes. */
const MIN_OVERLAP = 0.4;
/** By so much must another shift fit better to be believed. */
const MARGIN = 0.02;

export interface MirrorPair {
  picture: Trial;
  mirror: Trial;
}

interface Found {
  classId: number;
  stride: number;
  /** x1, y1, x2, y2 in pixels of the network input. */
  box: readonly [number, number, number, number];
}

/**
 * The prior offset without any truth: a picture and its mirror image show the same objects, so their boxes must mirror each
 * other. An offset that is wrong by half a cell moves all boxes to the same side, by half a stride, in both. So the boxes of
 * the mirror image, turned back, are shifted against those of the picture until they fit best.
 */
export function proveMirror(subject: Subject, pairs: readonly MirrorPair[]): Finding {
  const { manifest } = subject.model;
  if (!isGridManifest(manifest) || manifest.head.priorOffset === undefined) {
    return { proof: 'mirror', verdict: 'holds', text: 'boxes come decoded: there is no prior offset to get wrong' };
  }
  const sets = pairs.flatMap(({ picture, mirror }) => [
    { seen: found(subject, picture, CONFIDENT), reflected: turnedBack(subject, mirror) },
    { seen: found(subject, mirror, CONFIDENT), reflected: turnedBack(subject, picture) },
  ]);
  const objects = sets.reduce((sum, { seen }) => sum + seen.length, 0);
  if (objects < FEW) {
    return {
      proof: 'mirror',
      verdict: 'unproven',
      text: `${objects} boxes of score ${CONFIDENT} are too few to judge`,
    };
  }
  const fit = (cells: number) =>
    sets.reduce((sum, { seen, reflected }) => sum + fitted(seen, reflected, cells), 0) / objects;
  const asDeclared = fit(0);
  let best = { cells: 0, overlap: asDeclared };
  for (let step = 1; step * STEP_CELLS <= MAX_TRIED_CELLS; step++) {
    for (const cells of [step * STEP_CELLS, -step * STEP_CELLS]) {
      const overlap = fit(cells);
      if (overlap > best.overlap) best = { cells, overlap };
    }
  }
  if (best.overlap < MIN_OVERLAP) {
    return {
      proof: 'mirror',
      verdict: 'fails',
      text: `boxes and those of the mirror image overlap by ${best.overlap.toFixed(2)} only: see head.strides (their order too), head.bins and head.layout`,
    };
  }
  const { priorOffset } = manifest.head;
  const declared = `${objects} boxes and those of the mirror image overlap by ${asDeclared.toFixed(2)}`;
  if (Math.abs(best.cells) <= MAX_SHIFT_CELLS || best.overlap < asDeclared + MARGIN) {
    const text = `head.priorOffset ${priorOffset} is right: ${declared}, best shifted by ${best.cells.toFixed(2)} cells`;
    return { proof: 'mirror', verdict: 'holds', text };
  }
  const better = (typeof priorOffset === 'number' ? priorOffset : 0.5) - best.cells;
  return {
    proof: 'mirror',
    verdict: 'fails',
    text: `head.priorOffset ${priorOffset} is wrong: ${declared}, and by ${best.overlap.toFixed(2)} with ${better.toFixed(2)}; try ${Math.round(better * 2) / 2}`,
  };
}

/** Sum over `seen` of the IoU with the best counterpart, if all boxes were shifted by so many cells too far to the right. */
function fitted(seen: readonly Found[], reflected: readonly Found[], cells: number): number {
  return seen.reduce((sum, one) => {
    const overlaps = reflected
      .filter(other => other.classId === one.classId)
      .map(other => overlap(one.box, other.box, cells * (one.stride + other.stride)));
    return sum + Math.max(0, ...overlaps);
  }, 0);
}

/** Objects of the mirror image, where they are in the picture. */
function turnedBack(subject: Subject, mirror: Trial): Found[] {
  const { width } = mirror.prepared.placement;
  return found(subject, mirror, RECOGNISED).map(({ box: [x1, y1, x2, y2], ...rest }) => ({
    ...rest,
    box: [width - x2, y1, width - x1, y2],
  }));
}

function found(subject: Subject, { prepared, tensors }: Trial, threshold: number): Found[] {
  const levels = levelsOf(subject, tensors, prepared.placement, 1, 0)!;
  const { boxes, scores, classIds, sources } = bestOfPoints(subject, levels, threshold);
  const kept = suppress(boxes, scores, classIds, { iouThreshold: 0.6, classAgnostic: false, maxDetections: 100 });
  return kept.map(i => ({
    classId: classIds[i]!,
    stride: sources[i]!.level.stride,
    box: [boxes[i * 4]!, boxes[i * 4 + 1]!, boxes[i * 4 + 2]!, boxes[i * 4 + 3]!],
  }));
}
