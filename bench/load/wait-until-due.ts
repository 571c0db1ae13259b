import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something is due, and returns the moment from which its latency counts, on the clock of `performance.now`: when it was due, or when it
 * leaves where that is earlier. Timers are of whole milliseconds, so that it may leave up to one before it is due.
 */
export async function waitUntilDue(dueAt: number): Promise<number> {
  const early = dueAt - performance.now();
  if (early > 0) await sleep(early);
  return Math.min(dueAt, performance.now());
}
