const LONGEST_MS = 10_000;

/** Waits before another try, never longer than ten seconds: a service that says more may have room before. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.min(milliseconds, LONGEST_MS)));
}
