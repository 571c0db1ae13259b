const FIRST_DELAY_MS = 250;
/** Pauses are longer by up to this share, so that those who were refused together do not come back together. */
const JITTER = 0.2;

/** Milliseconds before repetition number `tried`, from 0: `retryAfterS` where the service said it, else longer each time. */
export function retryDelay(tried: number, retryAfterS?: number): number {
  return retryAfterS === undefined ? FIRST_DELAY_MS * 2 ** tried : retryAfterS * 1000;
}

/** Resolves after the delay, or somewhat later; rejects with the signal's reason as soon as it is aborted. */
export function retryPause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  const milliseconds = delayMs * (1 + JITTER * Math.random());
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
