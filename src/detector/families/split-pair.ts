import type { HeadTensors } from './find-tensors.ts';
import { inUnitRange, type OutputView, rangeOf } from './output-view.ts';

/** Which tensor is which, and what the box channels are. */
export interface Split {
  classes: number;
  boxes: 'logits' | 'distances';
  bins: number | undefined;
  /** One entry as in HeadTensors: the score tensor, the box tensor. */
  entries: { stride: number | undefined; scores: OutputView; boxes: OutputView }[];
}

export interface Known {
  /** Bins a side that the family has, or the one the user named. */
  bins: readonly number[];
  /** Whether boxes may have 4 channels. */
  distances: boolean;
  classes: number | undefined;
  /** Whether fused scores can only be probabilities. */
  probability: boolean;
  /** Output -> the operators that made it. */
  endings: (output: string) => readonly string[];
}

/**
 * Tells scores from boxes where every entry has two tensors: boxes have 4 channels or 4 x bins, and where that leaves two
 * ways, scores are those that end in a sigmoid, lie in 0..1 or are called so.
 */
export function splitPair({ entries }: HeadTensors, known: Known): Split | { reason: string } {
  const [a, b] = entries[0]!.views as [OutputView, OutputView];
  const ways = [
    { classes: a.channels, coded: b.channels },
    { classes: b.channels, coded: a.channels },
  ].filter(({ classes, coded }) => bins(coded, known) !== undefined && classes === (known.classes ?? classes));
  if (ways.length === 0) return { reason: misfit(a.channels, b.channels, known) };
  if (ways.length === 1 && known.classes === undefined) {
    const [scores, boxes] = ways[0]!.classes === a.channels ? [a, b] : [b, a];
    if (likeness(boxes, known) === SIGMOID && likeness(scores, known) < SIGMOID) {
      return { reason: `"${boxes.name}" ends in a sigmoid as scores do, and has the channels of boxes` };
    }
  }

  const split: Split['entries'] = [];
  for (const { stride, views } of entries) {
    const [first, second] = views as [OutputView, OutputView];
    const [one, other] = [likeness(first, known), likeness(second, known)];
    if (ways.length > 1 && one === other) {
      return { reason: `"${first.name}" and "${second.name}" could both be the scores: say --labels or --bins` };
    }
    const firstIsScores = ways.length === 1 ? first.channels === ways[0]!.classes : one > other;
    split.push({ stride, scores: firstIsScores ? first : second, boxes: firstIsScores ? second : first });
  }
  const { scores, boxes } = split[0]!;
  const found = bins(boxes.channels, known)!;
  return found === 1
    ? { classes: scores.channels, boxes: 'distances', bins: undefined, entries: split }
    : { classes: scores.channels, boxes: 'logits', bins: found, entries: split };
}

/** The most that a tensor can look like scores. */
const SIGMOID = 3;

/** Of a box tensor; 1 stands for distances. */
function bins(channels: number, known: Known): number | undefined {
  return [...(known.distances ? [1] : []), ...known.bins].find(count => channels === 4 * count);
}

/** How much a tensor looks like scores. */
function likeness(view: OutputView, { endings }: Known): number {
  const made = endings(view.name);
  if (made.includes('Sigmoid') && !made.includes('Conv')) return SIGMOID;
  if (inUnitRange(rangeOf(view))) return 2;
  return /cls|score|conf|class/i.test(view.name) ? 1 : 0;
}

function misfit(a: number, b: number, { bins: wanted, classes, distances }: Known): string {
  const expected = wanted.map(count => 4 * count).join(' or ');
  const labels = classes === undefined ? '' : ` and ${classes} of scores`;
  const other = a === 4 || b === 4 ? undefined : [a, b].find(channels => channels % 4 === 0 && channels !== classes);
  const hint = other === undefined ? '' : ` (say --bins ${other / 4} if it was trained with so many)`;
  const boxes = `${expected} of boxes (4 x bins)${distances ? ', or 4 of distances,' : ''}`;
  return `its tensors have ${a} and ${b} channels where ${boxes}${labels} are expected${hint}`;
}
