import { isGridManifest } from '../model/manifest.ts';
import type { Finding } from './finding.ts';
import { levelsOf } from './grid-answer.ts';
import type { Subject, Trial } from './subject.ts';

/** sigmoid(0) and sigmoid(1): where the sigmoid of a probability lies. */
const TWICE = { lowest: 0.5, highest: 0.7311 };
const SLACK = 1e-4;
/** Pictures on which nothing is likelier than this were not understood. */
const NOTHING = 0.1;

/** Joint scores are probabilities: in 0..1, not all of them in the narrow band that a second sigmoid leaves. */
export function proveScores(subject: Subject, trials: readonly Trial[]): Finding {
  const { manifest } = subject.model;
  if (trials.length === 0) return { proof: 'scores', verdict: 'unproven', text: 'no picture was tried' };
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of trials.flatMap(trial => [...extremes(subject, trial)])) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  // Compared before their sum is taken: Infinity and -Infinity make NaN.
  if (lowest === Number.POSITIVE_INFINITY && highest === Number.NEGATIVE_INFINITY) {
    return { proof: 'scores', verdict: 'unproven', text: 'the graph found nothing in any picture' };
  }
  const range = `${lowest.toFixed(4)} to ${highest.toFixed(4)}`;
  const fails = (text: string): Finding => ({ proof: 'scores', verdict: 'fails', text });
  if (Number.isNaN(lowest + highest)) return fails('some scores are not numbers: the graph is damaged, or overflows');
  const logits = isGridManifest(manifest) && manifest.head.scores === 'logit';
  if (logits && lowest >= -SLACK && highest <= 1 + SLACK) {
    return fails(
      `the sigmoid is taken twice: the graph's scores are ${range}, probabilities already; set head.scores to "probability"`,
    );
  }
  if (!logits && (lowest < -SLACK || highest > 1 + SLACK)) {
    return fails(`scores are ${range}, not in 0..1: the graph leaves the sigmoid out; set head.scores to "logit"`);
  }
  if (!logits && lowest >= TWICE.lowest - SLACK && highest <= TWICE.highest + SLACK) {
    if (isGridManifest(manifest)) {
      return fails(`all scores are ${range}: the graph takes the sigmoid twice; export it again with one`);
    }
  }
  const best = logits ? 1 / (1 + Math.exp(-highest)) : highest;
  if (best < NOTHING) {
    return {
      proof: 'scores',
      verdict: 'unproven',
      text: `scores end at ${best.toFixed(4)}: nothing was found; try pictures with what it detects (--image), and see input.colour, scale, mean and std`,
    };
  }
  const unit = logits ? `logits ${range}, ${sigmoidRange(lowest, highest)}` : range;
  return { proof: 'scores', verdict: 'holds', text: `scores are in 0..1 (${unit})` };
}

/** Lowest and highest raw score of one picture. */
function* extremes(subject: Subject, { prepared, tensors }: Trial): Generator<number> {
  const { manifest, labels } = subject.model;
  if (!isGridManifest(manifest)) {
    const rows = tensors[manifest.head.detections]!.data;
    // Rows that only fill the tensor up have class -1, and their scores may be -1 as well.
    for (const [i, id] of tensors[manifest.head.labels]!.data.entries()) if (id >= 0) yield rows[i * 5 + 4]!;
    return;
  }
  for (const { scores, points } of levelsOf(subject, tensors, prepared.placement, 1, 0)!) {
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let p = 0; p < points; p++) {
      for (let c = 0; c < labels.length; c++) {
        const value = scores.data[scores.start + p * scores.pointStep + c * scores.channelStep]!;
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
    }
    yield lowest;
    yield highest;
  }
}

function sigmoidRange(lowest: number, highest: number): string {
  const sigmoid = (value: number) => (1 / (1 + Math.exp(-value))).toFixed(4);
  return `scores ${sigmoid(lowest)} to ${sigmoid(highest)}`;
}
