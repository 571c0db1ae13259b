import { readProblem } from './read-problem.ts';
import { retryDelay, retryPause } from './retry-pause.ts';

/** Whether the service says no for now only. */
export function passes({ status }: { status: number }): boolean {
  return status === 429 || status === 503;
}

/** How often, and how patiently, a request is repeated. */
export interface RetryPolicy {
  /** Repetitions after the first try. */
  retries: number;
  /** A longer `Retry-After` is not waited for: the error comes at once. */
  maxRetryDelayMs: number;
}

/**
 * Sends until there is an answer that is 2xx. 429 and 503 are repeated, after `Retry-After` where the service says it, else
 * with growing pauses. Rejects with `ProblemError`, with what `fetch` rejects with, or with the signal's reason.
 */
export async function send(
  request: () => Promise<Response>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Response> {
  for (let tried = 0; ; tried++) {
    signal?.throwIfAborted();
    const response = await request();
    if (response.ok) return response;
    const error = await readProblem(response);
    signal?.throwIfAborted(); // its body may have broken off for that
    const delayMs = retryDelay(tried, error.retryAfterS);
    if (!passes(error) || tried >= policy.retries || delayMs > policy.maxRetryDelayMs) throw error;
    await retryPause(delayMs, signal);
  }
}
