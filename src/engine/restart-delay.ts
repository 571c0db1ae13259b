const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8000;
/** An engine that was ready for this long died of something new. */
const HEALTHY_MS = 10_000;

/**
 * How long to wait before an engine is replaced: not at all the first time, then 250 ms and twice as long each time, at
 * most 8 s, until one has been ready for 10 s.
 */
export function createRestartDelay(): { next(readyForMs: number): number } {
  let inARow = 0;
  return {
    next(readyForMs) {
      if (readyForMs >= HEALTHY_MS) inARow = 0;
      inARow += 1;
      return inARow === 1 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (inARow - 2));
    },
  };
}
