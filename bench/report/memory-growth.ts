import { percentile } from '../percentile.ts';

/** MB resident, the service and its engines added up, while pictures are answered. */
export interface MemorySample {
  /** Pictures answered so far. */
  answered: number;
  resident: number;
}

/** Share of all pictures by which everything has been used once. */
export const SETTLED = 0.2;
/** On both sides of it; the last stretch is as long as both. */
const HALF_STRETCH = 0.02;

/** One sentence: the median around the picture by which everything has settled (1,000 of 5,000) and at the end, and the change between them. */
export function narrowGrowth(samples: readonly MemorySample[], pictures: number): string {
  const from = Math.round(pictures * (SETTLED - HALF_STRETCH));
  const to = Math.round(pictures * (SETTLED + HALF_STRETCH));
  const last = to - from;
  const median = (begin: number, end: number) =>
    percentile(
      samples.filter(({ answered }) => answered >= begin && answered <= end).map(({ resident }) => resident),
      0.5,
    );
  const [before, after] = [median(from, to), median(pictures - last, pictures)];
  if (Number.isNaN(before + after))
    return `Too few pictures to compare those around picture ${(from + to) / 2} with the last.`;
  const change = ((after / before - 1) * 100).toFixed(1);
  return (
    `While pictures ${from} to ${to} were answered the median resident total was ${before.toFixed(0)} MB, ` +
    `while the last ${last} were it was ${after.toFixed(0)} MB: it changed by ${change} %.`
  );
}
