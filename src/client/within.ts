/** A timer that is set to more ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * What `work` resolves with. Its signal is aborted with `signal`, with the same reason, and after `timeoutMs` milliseconds, with
 * a `DOMException` named `TimeoutError`; undefined is no limit.
 */
export async function within<T>(
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined || timeoutMs > LONGEST_TIMER_MS) return work(signal);
  const either = new AbortController();
  const stop = () => either.abort(signal?.reason);
  const timer = setTimeout(() => {
    either.abort(new DOMException(`The service gave no answer within ${timeoutMs} ms.`, 'TimeoutError'));
  }, timeoutMs);
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work(either.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
