import { isGridManifest } from '../model/manifest.ts';
import { suppress } from '../nms/suppress.ts';
import type { Finding } from './finding.ts';
import { bestOfPoints, levelsOf } from './grid-answer.ts';
import type { Subject, Trial } from './subject.ts';

const CONFIDENT = 0.4;
/** Of its counterpart: detectors are less sure of the one than of the other. */
const RECOGNISED = 0.15;
const FEW = 3;
/** Half a cell is the mistake that is made; boxes are within a tenth of a cell where the offset is right. */
const MAX_SHIFT_CELLS = 0.25;
/** A detector finds most of its objects in the mirror too. */
const MIN_FOUND = 0.5;

export interface MirrorPair {
  picture: Trial;
  mirror: Trial;
}

interface Found {
  classId: number;
  stride: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The prior offset without any truth: a picture and its mirror image show the same objects, so their boxes must mirror each
 * other. An offset that is wrong by half a cell moves all boxes to the same side, by half a stride, in both.
 */
export function proveMirror(subject: Subject, pairs: readonly MirrorPair[]): Finding {
  const { manifest } = subject.model;
  if (!isGridManifest(manifest) || manifest.head.priorOffset === undefined) {
    return { proof: 'mirror', verdict: 'holds', text: 'boxes come decoded: there is no prior offset to get wrong' };
  }
  const shifts: number[] = [];
  let objects = 0;
  for (const { picture, mirror } of pairs) {
    for (const [trial, reflection] of [
      [picture, mirror],
      [mirror, picture],
    ] as const) {
      const { width } = trial.prepared.placement;
      const seen = found(subject, trial, CONFIDENT);
      const reflected = found(subject, reflection, RECOGNISED).map(other => ({ ...other, x: width - other.x }));
      objects += seen.length;
      for (const one of seen) {
        const other = nearest(one, reflected);
        if (other !== undefined) shifts.push((one.x - other.x) / (one.stride + other.stride));
      }
    }
  }
  if (objects < FEW) {
    return {
      proof: 'mirror',
      verdict: 'unproven',
      text: `${objects} objects of score ${CONFIDENT} are too few to judge`,
    };
  }
  if (shifts.length < MIN_FOUND * objects) {
    return {
      proof: 'mirror',
      verdict: 'fails',
      text: `${objects - shifts.length} of ${objects} boxes have no counterpart in the mirror image: see head.strides (their order too), head.bins and head.layout`,
    };
  }
  const shift = median(shifts);
  const { priorOffset } = manifest.head;
  const offset = `head.priorOffset ${priorOffset}`;
  const measured = `${shift.toFixed(2)} cells in ${shifts.length} boxes and their mirror images`;
  if (Math.abs(shift) <= MAX_SHIFT_CELLS) {
    return { proof: 'mirror', verdict: 'holds', text: `${offset} is right: boxes are shifted by ${measured}` };
  }
  const better = typeof priorOffset === 'number' ? priorOffset - shift : 0.5 - shift;
  return {
    proof: 'mirror',
    verdict: 'fails',
    text: `${offset} is wrong: boxes are shifted by ${measured}; ${better.toFixed(2)} fits them, so try ${Math.round(better * 2) / 2}`,
  };
}

/** Confident objects of one picture, in pixels of the network input. */
function found(subject: Subject, { prepared, tensors }: Trial, threshold: number): Found[] {
  const levels = levelsOf(subject, tensors, prepared.placement, 1, 0)!;
  const { boxes, scores, classIds, sources } = bestOfPoints(subject, levels, threshold);
  const kept = suppress(boxes, scores, classIds, { iouThreshold: 0.6, classAgnostic: false, maxDetections: 50 });
  return kept.map(i => {
    const [x1, y1, x2, y2] = Array.from(boxes.subarray(i * 4, i * 4 + 4)) as [number, number, number, number];
    return {
      classId: classIds[i]!,
      stride: sources[i]!.level.stride,
      x: (x1 + x2) / 2,
      y: (y1 + y2) / 2,
      width: x2 - x1,
      height: y2 - y1,
    };
  });
}

/** The same object, although a wrong offset may have moved it by half a cell in either picture. */
function nearest(one: Found, others: readonly Found[]): Found | undefined {
  const reach = (other: Found) => one.stride + other.stride;
  const far = (other: Found) => Math.abs(one.x - other.x) / (reach(other) + 0.2 * one.width);
  const same = others.filter(
    other =>
      one.classId === other.classId &&
      far(other) <= 0.75 &&
      Math.abs(one.y - other.y) <= 0.2 * one.height + 0.25 * reach(other) &&
      alike(one.width, other.width) &&
      alike(one.height, other.height),
  );
  return same.sort((a, b) => far(a) - far(b))[0];
}

function alike(a: number, b: number): boolean {
  return Math.min(a, b) >= 0.6 * Math.max(a, b);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
