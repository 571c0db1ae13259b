import { type DecodedBoxes, decodeLevels } from '../gfl/decode.ts';
import { type Level, splitOutputs } from '../gfl/split-outputs.ts';
import { isGridManifest } from '../model/manifest.ts';
import type { Subject, Trial } from './subject.ts';

/** The levels of one picture's answer; undefined for graphs that suppress by themselves. */
export function levelsOf(
  { model, opened }: Subject,
  tensors: Trial['tensors'],
  network: { width: number; height: number },
  batch: number,
  index: number,
): Level[] | undefined {
  if (!isGridManifest(model.manifest) || opened.bound === undefined) return undefined;
  const { layout = 'points-first' } = model.manifest.head;
  return splitOutputs(tensors, opened.bound, layout, network, batch, index);
}

/** The best class of every point that reaches `threshold`, unclipped and not suppressed, in pixels of the network input. */
export function bestOfPoints({ model }: Subject, levels: readonly Level[], threshold: number): DecodedBoxes {
  const { manifest, labels } = model;
  if (!isGridManifest(manifest)) throw new Error('This is a bug: there are no points.');
  const { scores, boxes, bins = 0, priorOffset = 0 } = manifest.head;
  const thresholds = new Float32Array(labels.length).fill(threshold);
  const selection = { scores, thresholds, perLevel: Number.MAX_SAFE_INTEGER, rule: 'best-class' } as const;
  return decodeLevels(levels, { boxes, bins, priorOffset }, selection, undefined);
}
