import { readProblem } from './read-problem.ts';

/** How often, and how patiently, a request is repeated. */
export interface RetryPolicy {
  /** Repetitions after the first try. */
  retries: number;
  /** A longer `Retry-After` is not waited for: the error comes at once. */
  maxRetryDelayMs: number;
}

const FIRST_DELAY_MS = 250;
/** Pauses are longer by up to this share, so that those who were refused together do not come back together. */
const JITTER = 0.2;

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
    const passes = error.status === 429 || error.status === 503;
    const delayMs = error.retryAfterS === undefined ? FIRST_DELAY_MS * 2 ** tried : error.retryAfterS * 1000;
    if (!passes || tried >= policy.retries || delayMs > policy.maxRetryDelayMs) throw error;
    await pause(delayMs * (1 + JITTER * Math.random()), signal);
  }
}

/** Resolves after `milliseconds`; rejects with the signal's reason as soon as it is aborted. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
