import type { HeadTensors } from './find-tensors.ts';
import { inUnitRange, type OutputView, type Range, rangeOf } from './output-view.ts';
import type { Known } from './split-pair.ts';

export interface FusedSplit {
  classes: number;
  bins: number;
}

type Order = 'scores-first' | 'boxes-first';

/** What --bins takes. */
const MAX_BINS = 64;
/** Far above what any head gives for noise, and far below the coordinates at the far edge of any input. */
const HIGHEST_LOGIT = 150;

/** Tells how many channels of a shared tensor are scores: by the labels, by the bins, or by which channels stay within 0..1. */
export function splitFused({ entries }: HeadTensors, order: Order, known: Known): FusedSplit | { reason: string } {
  const view = entries[0]!.views[0]!;
  const highest = Math.max(...entries.map(({ views }) => rangeOf(views[0]!).highest));
  if (highest > HIGHEST_LOGIT) {
    return { reason: `its channels reach ${highest.toFixed(0)}: boxes in pixels, where logits are expected` };
  }
  if (entries.every(({ views }) => holdsProbabilities(views[0]!))) {
    return { reason: 'its channels but for four at most are in 0..1: scores, not logits of distributions' };
  }
  const splits = known.bins
    .map(bins => ({ bins, classes: view.channels - 4 * bins }))
    .filter(({ classes }) => classes >= 1 && classes === (known.classes ?? classes));
  if (splits.length === 0) {
    const labels = known.classes === undefined ? '' : ` and ${known.classes} classes`;
    const other = (view.channels - (known.classes ?? Number.NaN)) / 4;
    const hint = Number.isInteger(other) && other > 1 ? ` (say --bins ${other} if it was trained with so many)` : '';
    return {
      reason: `its channels are ${view.channels}, which ${known.bins.join(' or ')} bins a side${labels} do not make${hint}`,
    };
  }
  if (splits.length === 1) {
    const [only] = splits as [FusedSplit];
    return known.probability && !inUnitRange(scoresOf(view, order, only)) ? noSigmoid(view, order, only) : only;
  }
  const told = splits.filter(({ bins, classes }) => {
    const scores = scoresOf(view, order, { bins, classes });
    const boxes = rangeOf(view, order === 'scores-first' ? classes : 0, 4 * bins);
    return inUnitRange(scores) && !inUnitRange(boxes);
  });
  // With scores first a wrong split with more bins takes scores for boxes, which are outside 0..1 all the same.
  const most = told.sort((a, b) => b.classes - a.classes)[0];
  if (most !== undefined) return most;
  return {
    reason: `its ${view.channels} channels could be ${splits.map(spoken).join(' or ')}: say --labels or --bins`,
  };
}

/** Scores alone, or with decoded boxes in front or behind: of small inputs even boxes do not reach HIGHEST_LOGIT. */
function holdsProbabilities(view: OutputView): boolean {
  const others = view.channels - 4;
  return others > 0 && (inUnitRange(rangeOf(view, 4, others)) || inUnitRange(rangeOf(view, 0, others)));
}

function scoresOf(view: OutputView, order: Order, { bins, classes }: FusedSplit): Range {
  return rangeOf(view, order === 'scores-first' ? 0 : 4 * bins, classes);
}

/** With fewer bins than there are, logits of boxes are taken for scores. */
function noSigmoid(view: OutputView, order: Order, { bins, classes }: FusedSplit): { reason: string } {
  const more = Array.from({ length: MAX_BINS - bins }, (_, i) => bins + 1 + i)
    .map(count => ({ bins: count, classes: view.channels - 4 * count }))
    .find(split => split.classes >= 1 && inUnitRange(scoresOf(view, order, split)));
  const wayOut =
    more === undefined
      ? `say --bins with what it was trained with (reg_max + 1), or --bins ${bins} if its sigmoid was left out`
      : `say --bins ${more.bins} if it was trained with so many, which leaves ${more.classes} classes`;
  return {
    reason: `with ${bins} bins a side the scores of its ${classes} classes are not in 0..1, where every export has a sigmoid: ${wayOut}`,
  };
}

function spoken({ bins, classes }: FusedSplit): string {
  return `${classes} classes and ${bins} bins`;
}
