import type { Exchange } from './exchange.ts';

/** An engine is at work on what nobody waits for any more until then. */
const LINGERS_MS = 500;
/** Nothing is under way for longer. */
const LONGEST_MS = 60_000;

/**
 * Pictures that were sent and not answered at a moment.
 *
 * @param exchanges in the order of their ends
 */
export function picturesUnderWay(exchanges: readonly Exchange[], at: number): number {
  let sum = 0;
  for (let index = exchanges.length - 1; index >= 0; index--) {
    const { begunAt, endedAt, pictures, left } = exchanges[index]!;
    const until = left ? endedAt + LINGERS_MS : endedAt;
    if (begunAt <= at && until >= at) sum += pictures;
    if (endedAt < at - LONGEST_MS) break;
  }
  return sum;
}
