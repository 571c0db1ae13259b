import type { BatchResult, Picture } from './contract-types.ts';
import { isProblem } from './problem-error.ts';
import { retryDelay, retryPause } from './retry-pause.ts';
import { passes, type RetryPolicy } from './send.ts';

/**
 * A result or a problem for each picture. Those that were refused for now, since the queue filled up or an engine died, are sent again without
 * the others, after growing pauses, until each has its answer or there is no repetition left. Rejects as the first request does; when a later one
 * fails, what was there stands, unless the signal was aborted.
 */
export async function resendRefused(
  pictures: readonly Picture[],
  request: (pictures: readonly Picture[]) => Promise<BatchResult[]>,
  { retries, maxRetryDelayMs }: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<BatchResult[]> {
  const results = await request(pictures);
  for (let tried = 0; tried < retries; tried++) {
    const refused = [...results.keys()].filter(index => isRefusedForNow(results[index]));
    const delayMs = retryDelay(tried);
    if (refused.length === 0 || delayMs > maxRetryDelayMs) break;
    await retryPause(delayMs, signal);
    try {
      const again = await request(refused.map(index => pictures[index]!));
      refused.forEach((index, position) => {
        results[index] = again[position] ?? results[index]!;
      });
    } catch {
      signal?.throwIfAborted();
      break;
    }
  }
  return results;
}

function isRefusedForNow(result: BatchResult | undefined): boolean {
  return result !== undefined && isProblem(result) && passes(result);
}
