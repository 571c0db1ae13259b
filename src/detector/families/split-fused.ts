import type { HeadTensors } from './find-tensors.ts';
import { inUnitRange, rangeOf } from './output-view.ts';
import type { Known } from './split-pair.ts';

export interface FusedSplit {
  classes: number;
  bins: number;
}

/** Far above what any head gives for noise, and far below the coordinates at the far edge of any input. */
const HIGHEST_LOGIT = 150;

/** Tells how many channels of a shared tensor are scores: by the labels, by the bins, or by which channels stay within 0..1. */
export function splitFused(
  { entries }: HeadTensors,
  order: 'scores-first' | 'boxes-first',
  known: Known,
): FusedSplit | { reason: string } {
  const view = entries[0]!.views[0]!;
  const highest = Math.max(...entries.map(({ views }) => rangeOf(views[0]!).highest));
  if (highest > HIGHEST_LOGIT) {
    return { reason: `its channels reach ${highest.toFixed(0)}: boxes in pixels, where logits are expected` };
  }
  const splits = known.bins
    .map(bins => ({ bins, classes: view.channels - 4 * bins }))
    .filter(({ classes }) => classes >= 1 && classes === (known.classes ?? classes));
  if (splits.length === 0) {
    const labels = known.classes === undefined ? '' : ` and ${known.classes} classes`;
    return {
      reason: `its channels are ${view.channels}, which ${known.bins.join(' or ')} bins a side${labels} do not make`,
    };
  }
  if (splits.length === 1) return splits[0]!;
  const told = splits.filter(({ bins, classes }) => {
    const scores = rangeOf(view, order === 'scores-first' ? 0 : 4 * bins, classes);
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

function spoken({ bins, classes }: FusedSplit): string {
  return `${classes} classes and ${bins} bins`;
}
