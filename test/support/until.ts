/** Looks every 5 ms. Throws after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const timer = AbortSignal.timeout(5000);
  while (!condition()) {
    timer.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
