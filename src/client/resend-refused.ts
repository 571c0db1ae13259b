import type { BatchResult, Picture } from './contract-types.ts';
import { isProblem, ProblemError } from './problem-error.ts';
import { retryDelay, retryPause } from './retry-pause.ts';
import { passes, type RetryPolicy } from './send.ts';

/**
 * A result or a problem for each picture. Those that were refused for now, since the queue filled up or an engine died, are sent again without
 * the others, after growing pauses, until each has its answer or there is no repetition left. Rejects as the first request does; when a later one
 * fails, what was there stands, unless the signal was aborted.
 *
 * @param request repeats the first as the policy says; the later ones are repetitions themselves
 */
export async function resendRefused(
  pictures: readonly Picture[],
  request: (pictures: readonly Picture[], policy: RetryPolicy) => Promise<BatchResult[]>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<BatchResult[]> {
  const results = await request(pictures, policy);
  for (let tried = 0; tried < policy.retries; tried++) {
    const refused = [...results.keys()].filter(index => isRefusedForNow(results[index]));
    const delayMs = retryDelay(tried);
    if (refused.length === 0 || delayMs > policy.maxRetryDelayMs) break;
    await retryPause(delayMs, signal);
    try {
      const some = refused.map(index => pictures[index]!);
      const again = await request(some, { ...policy, retries: 0 });
      refused.forEach((index, position) => {
        results[index] = again[position] ?? results[index]!;
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ProblemError && passes(error))) break;
    }
  }
  return results;
}

function isRefusedForNow(result: BatchResult | undefined): boolean {
  return result !== undefined && isProblem(result) && passes(result);
}
