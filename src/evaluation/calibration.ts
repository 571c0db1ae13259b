import type { CocoAnnotation, CocoResult } from './coco-dataset.ts';
import { qualityFocalLoss } from './gfl-loss.ts';
import { iouTable } from './match-detections.ts';

/** One detection: what its score says its IoU is, and what it is. */
export interface ScoredIou {
  /** 0..1 */
  score: number;
  /** With the object of its class it overlaps most; 0 when its picture has none of its class. */
  iou: number;
}

export interface CalibrationBin {
  /** `from <= score < to`; the last bin holds 1 too. */
  from: number;
  to: number;
  detections: number;
  /** `null` where the bin is empty. */
  meanScore: number | null;
  meanIou: number | null;
}

export interface Calibration {
  /** Detections that were counted. */
  detections: number;
  meanScore: number;
  meanIou: number;
  /** Expected calibration error: `|mean score - mean IoU|` of each bin, weighted by its detections. */
  ece: number;
  /** Mean Quality Focal Loss (beta 2) of score against IoU; 0 when every score is its IoU. */
  qfl: number;
  bins: CalibrationBin[];
}

const BINS = 10;
/** COCO's least IoU of a match; with a crowd's region it is measured against the detection alone. */
const MATCH = 0.5;
/** The nearest a float32 score can come to 1: a score of exactly 1 that is wrong would cost infinitely much. */
const LEAST = 2 ** -24;

/**
 * The joint score is the predicted IoU of the box with its object (Quality Focal Loss trains it to be), so each detection is
 * compared with the object of its class that it overlaps most, whether or not another detection has that object already. One
 * that overlaps no object of its class has IoU 0. One that matches no single object but a crowd's region, as COCO matches, is
 * left out: nobody knows its IoU.
 *
 * @param results of one picture and one class
 * @param objects of the same
 */
export function scoredIous(results: readonly CocoResult[], objects: readonly CocoAnnotation[]): ScoredIou[] {
  return iouTable(results, objects).flatMap((ious, d) => {
    let single = 0;
    let crowd = 0;
    for (const [g, { iscrowd }] of objects.entries()) {
      if (iscrowd === 1) crowd = Math.max(crowd, ious[g]!);
      else single = Math.max(single, ious[g]!);
    }
    return crowd >= MATCH && single < MATCH ? [] : [{ score: results[d]!.score, iou: single }];
  });
}

/** `undefined` when there is nothing to calibrate. */
export function calibrate(pairs: readonly ScoredIou[]): Calibration | undefined {
  if (pairs.length === 0) return undefined;
  const sums = Array.from({ length: BINS }, () => ({ detections: 0, score: 0, iou: 0 }));
  let qfl = 0;
  for (const { score, iou } of pairs) {
    const bin = sums[Math.min(BINS - 1, Math.floor(score * BINS))]!;
    bin.detections++;
    bin.score += score;
    bin.iou += iou;
    qfl += qualityFocalLoss(Math.min(Math.max(score, LEAST), 1 - LEAST), iou);
  }
  const total = pairs.length;
  const sum = (of: (bin: (typeof sums)[number]) => number) => sums.reduce((all, bin) => all + of(bin), 0);
  return {
    detections: total,
    meanScore: sum(bin => bin.score) / total,
    meanIou: sum(bin => bin.iou) / total,
    ece: sum(bin => Math.abs(bin.score - bin.iou)) / total,
    qfl: qfl / total,
    bins: sums.map(({ detections, score, iou }, i) => ({
      from: i / BINS,
      to: (i + 1) / BINS,
      detections,
      meanScore: detections === 0 ? null : score / detections,
      meanIou: detections === 0 ? null : iou / detections,
    })),
  };
}
