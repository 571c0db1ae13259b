import { type DecodedBoxes, decodeLevels } from './gfl/decode.ts';
import { type BoundOutput, type KeptPoints, splitOutputs } from './gfl/split-outputs.ts';
import type { Placement, Size } from './image/placement.ts';
import type { OutputTensor } from './inference/session.ts';
import type { DetectionsManifest, GridManifest } from './model/manifest.ts';
import { suppress } from './nms/suppress.ts';
import type { ResolvedOptions } from './options.ts';
import { toDetections, toPicture } from './result.ts';
import type { Detection } from './types.ts';

/** One picture of a batch that has been through the graph. */
export interface HeadJob {
  /** The graph's outputs by name, those of the whole batch. */
  tensors: Readonly<Record<string, OutputTensor>>;
  /** Of each pair of a grid head, the points that `tensors` hold; undefined: all of them. */
  kept?: readonly KeptPoints[] | undefined;
  /** Pictures in the batch. */
  batch: number;
  /** Which of them this is. */
  index: number;
  placement: Placement;
  picture: Size;
  options: ResolvedOptions;
}

export interface HeadAnswer {
  detections: Detection[];
  timings: { gfl: number; nms: number };
}

/** Outputs of a graph -> detections. */
export type Head = (job: HeadJob) => HeadAnswer;

/** Threshold and top-k on the joint score, integral, boxes; NMS; back to the picture. */
export function gridHead(manifest: GridManifest, labels: readonly string[], bound: readonly BoundOutput[]): Head {
  const { head, candidates, nms } = manifest;
  const { layout = 'points-first', bins = 0, priorOffset = 0 } = head;
  const coding = { boxes: head.boxes, bins, priorOffset };
  const distribution = head.boxes === 'logits' ? coding : undefined;
  return ({ tensors, kept, batch, index, placement, picture, options }) => {
    const start = performance.now();
    const levels = splitOutputs(tensors, bound, layout, placement, batch, index, kept);
    const selection = { ...candidates, scores: head.scores, thresholds: options.thresholds };
    const decoded = decodeLevels(levels, coding, selection, clipBounds(nms.clip, placement));
    if (nms.space === 'original') toPicture(decoded.boxes, placement.boxes);
    const decodedAt = performance.now();
    const survivors = suppress(decoded.boxes, decoded.scores, decoded.classIds, options);
    const suppressedAt = performance.now();
    if (nms.space === 'input') toPicture(decoded.boxes, placement.boxes);
    const { includeDistribution } = options;
    const context = { labels, picture, mapping: placement.boxes, distribution, includeDistribution };
    const detections = toDetections(decoded, survivors, context);
    return {
      detections,
      timings: { gfl: performance.now() - start - (suppressedAt - decodedAt), nms: suppressedAt - decodedAt },
    };
  };
}

function clipBounds(clip: GridManifest['nms']['clip'], placement: Placement) {
  if (clip === 'none') return undefined;
  return clip === 'content' ? placement.content : { x1: 0, y1: 0, x2: placement.width, y2: placement.height };
}

/** A graph that suppresses by itself: only the caller's thresholds and classes are left to apply. */
export function detectionsHead(manifest: DetectionsManifest, labels: readonly string[]): Head {
  const { head } = manifest;
  const nameless = warnsOnce(manifest, labels.length);
  return ({ tensors, batch, index, placement, picture, options }) => {
    const start = performance.now();
    const dets = tensors[head.detections]!.data;
    const classes = tensors[head.labels]!.data;
    const count = classes.length / batch;
    const found: number[] = [];
    for (let i = index * count; i < (index + 1) * count; i++) {
      // Rows that only fill the tensor up have class -1 or score 0.
      const [classId, score] = [classes[i]!, dets[i * 5 + 4]!];
      if (score >= (options.thresholds[classId] ?? Infinity)) found.push(i);
      else if (classId >= labels.length && score > manifest.candidates.scoreThreshold) nameless(classId);
    }
    found.sort((i, j) => dets[j * 5 + 4]! - dets[i * 5 + 4]! || i - j);
    const decoded: DecodedBoxes = {
      boxes: Float64Array.from(found.flatMap(i => Array.from(dets.subarray(i * 5, i * 5 + 4)))),
      scores: Float32Array.from(found, i => dets[i * 5 + 4]!),
      classIds: Int32Array.from(found, i => classes[i]!),
      sources: [],
    };
    toPicture(decoded.boxes, placement.boxes);
    const context = { labels, picture, mapping: placement.boxes, distribution: undefined, includeDistribution: false };
    // Rows whose box clips to nothing do not count against the limit.
    const detections = toDetections(decoded, [...found.keys()], context).slice(0, options.maxDetections);
    return { detections, timings: { gfl: performance.now() - start, nms: 0 } };
  };
}

/** A warning of Node's, which the service finds in its engines' output and logs. */
function warnsOnce({ name, labels }: DetectionsManifest, named: number): (classId: number) => void {
  let warned = false;
  return classId => {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `${name}: the graph gives class id ${classId}, and ${labels} names ${named} ${named === 1 ? 'class' : 'classes'}: detections without a name are left out; name all classes, in the order of their ids`,
      'GflServeWarning',
    );
  };
}
