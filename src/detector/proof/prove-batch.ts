import type { OutputTensor } from '../inference/session.ts';
import { isGridManifest } from '../model/manifest.ts';
import type { Finding } from './finding.ts';
import { bestOfPoints, levelsOf } from './grid-answer.ts';
import { infer, type Subject, type Trial } from './subject.ts';

/** What the order of additions may change; a batch that is mixed up changes far more. */
const SCORE_TOLERANCE = 1e-4;
const PIXEL_TOLERANCE = 0.05;
const MAX_BATCH = 4;
/** Boxes of points that nobody believes in may move: their distributions are flat. */
const BELIEVED = 0.01;

interface Difference {
  score: number;
  pixels: number;
}

/** Pictures that share a batch are answered as they are alone, at every point. */
export async function proveBatch(subject: Subject, trials: readonly Trial[]): Promise<Finding> {
  const { manifest } = subject.model;
  if (manifest.input.dynamic?.batch !== true) {
    return { proof: 'batch', verdict: 'holds', text: 'the batch is fixed to 1 (input.dynamic.batch is not true)' };
  }
  const batch = largestBatch(trials);
  if (batch.length < 2) {
    return {
      proof: 'batch',
      verdict: 'unproven',
      text: 'there are no two pictures of one network size to put into a batch',
    };
  }
  const fails = (text: string): Finding => {
    return { proof: 'batch', verdict: 'fails', text: `${text}: set input.dynamic.batch to false` };
  };
  const worst: Difference = { score: 0, pixels: 0 };
  try {
    const together = await infer(
      subject,
      batch.map(({ prepared }) => prepared),
    );
    for (const [index, alone] of batch.entries()) {
      const found = difference(subject, alone, together, batch.length, index);
      if (typeof found === 'string') return fails(`in a batch of ${batch.length} ${found}`);
      worst.score = larger(worst.score, found.score);
      worst.pixels = larger(worst.pixels, found.pixels);
    }
  } catch (cause) {
    return fails(`a batch of ${batch.length} does not run (${(cause as Error).message})`);
  }
  if (worst.score === Infinity || worst.pixels === Infinity) {
    return fails(`in a batch of ${batch.length} there are scores or boxes that are no numbers`);
  }
  const seen = `in a batch of ${batch.length} scores differ by up to ${worst.score.toExponential(1)} and boxes by up to ${worst.pixels.toFixed(4)} pixels from those of single pictures`;
  return worst.score <= SCORE_TOLERANCE && worst.pixels <= PIXEL_TOLERANCE
    ? { proof: 'batch', verdict: 'holds', text: seen }
    : fails(seen);
}

/** Up to `MAX_BATCH` trials of the network size that most have. */
function largestBatch(trials: readonly Trial[]): Trial[] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    const { width, height } = trial.prepared.placement;
    const key = `${width}x${height}`;
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const largest = [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return largest.slice(0, MAX_BATCH);
}

/** From the picture alone; or what cannot be compared, to follow "in a batch of 4". */
function difference(
  subject: Subject,
  alone: Trial,
  together: Trial['tensors'],
  batch: number,
  index: number,
): Difference | string {
  if (!isGridManifest(subject.model.manifest)) return rowDifference(subject, alone, together, batch, index);
  for (const name of subject.opened.bound?.flatMap(({ scores, boxes }) => [scores.output, boxes.output]) ?? []) {
    const [single, shared] = [alone.tensors[name]!, together[name]!];
    if (shared.data.length !== single.data.length * batch) return hasShape(name, shared, single);
  }
  const { placement } = alone.prepared;
  const single = bestOfPoints(subject, levelsOf(subject, alone.tensors, placement, 1, 0)!, 0);
  const shared = bestOfPoints(subject, levelsOf(subject, together, placement, batch, index)!, 0);
  const worst: Difference = { score: 0, pixels: 0 };
  for (let i = 0; i < single.scores.length; i++) {
    worst.score = larger(worst.score, Math.abs(single.scores[i]! - shared.scores[i]!));
    if (single.scores[i]! < BELIEVED) continue;
    for (let e = i * 4; e < i * 4 + 4; e++) {
      worst.pixels = larger(worst.pixels, Math.abs(single.boxes[e]! - shared.boxes[e]!));
    }
  }
  return worst;
}

/** Rows that the graph suppressed itself: each of the single answer needs its like in the shared one. */
function rowDifference(
  { model }: Subject,
  alone: Trial,
  together: Trial['tensors'],
  batch: number,
  index: number,
): Difference | string {
  if (isGridManifest(model.manifest)) throw new Error('This is a bug: there are no rows.');
  const { detections, labels } = model.manifest.head;
  for (const name of [detections, labels]) {
    if (together[name]!.dims[0] !== batch) return hasShape(name, together[name]!, alone.tensors[name]!);
  }
  const rows = (tensors: Trial['tensors'], of: number, at: number) => {
    const boxes = tensors[detections]!.data;
    const classes = tensors[labels]!.data;
    const count = classes.length / of;
    return Array.from({ length: count }, (_, i) => ({
      label: classes[at * count + i]!,
      row: Array.from(boxes.subarray((at * count + i) * 5, (at * count + i) * 5 + 5)),
    })).filter(({ row }) => row[4]! >= BELIEVED);
  };
  const left = rows(together, batch, index);
  const worst: Difference = { score: 0, pixels: 0 };
  for (const { label, row } of rows(alone.tensors, 1, 0)) {
    const pixelsTo = (other: number[]) => Math.max(...[0, 1, 2, 3].map(e => Math.abs(other[e]! - row[e]!)));
    const found = left.findIndex(other => other.label === label && pixelsTo(other.row) <= PIXEL_TOLERANCE);
    if (found < 0)
      return `${alone.name} lacks a detection that it has alone, of class ${label} with score ${row[4]!.toFixed(2)}`;
    const [match] = left.splice(found, 1);
    worst.score = larger(worst.score, Math.abs(match!.row[4]! - row[4]!));
    worst.pixels = larger(worst.pixels, pixelsTo(match!.row));
  }
  if (left.length > 0)
    return `${alone.name} has ${left.length === 1 ? 'a detection' : `${left.length} detections`} more than alone`;
  return worst;
}

function hasShape(name: string, shared: OutputTensor, single: OutputTensor): string {
  return `"${name}" is [${shared.dims.join(', ')}], which has no part for each picture (of one it is [${single.dims.join(', ')}])`;
}

/** NaN is larger than anything: it must not pass. */
function larger(a: number, b: number): number {
  return Number.isNaN(b) ? Infinity : Math.max(a, b);
}
