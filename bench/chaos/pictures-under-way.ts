import type { Exchange } from './exchange.ts';

/** An engine is at work on what nobody waits for any more until then. */
const LINGERS_MS = 500;
/** Nothing is under way for longer. */
const LONGEST_MS = 60_000;

/**
 * Pictures that were sent and not answered, at that moment between two at which they were most.
 *
 * @param exchanges in the order of their ends
 */
export function picturesUnderWay(exchanges: readonly Exchange[], from: number, to: number): number {
  const between: Exchange[] = [];
  for (let index = exchanges.length - 1; index >= 0; index--) {
    const exchange = exchanges[index]!;
    if (exchange.begunAt <= to && untilOf(exchange) >= from) between.push(exchange);
    if (exchange.endedAt < from - LONGEST_MS) break;
  }
  // They are most when one has begun.
  const moments = between.map(({ begunAt }) => Math.max(from, begunAt));
  return Math.max(0, ...moments.map(at => picturesAt(between, at)));
}

function picturesAt(exchanges: readonly Exchange[], at: number): number {
  const then = exchanges.filter(exchange => exchange.begunAt <= at && untilOf(exchange) >= at);
  return then.reduce((sum, { pictures }) => sum + pictures, 0);
}

function untilOf({ endedAt, left }: Exchange): number {
  return left ? endedAt + LINGERS_MS : endedAt;
}
