/** Weight of the newest duration in the running mean: about the last twenty count. */
const WEIGHT = 0.1;
const MAX_RETRY_AFTER_S = 60;

export interface ServiceRate {
  /** One piece of work ended after `ms`. */
  record(ms: number): void;
  /**
   * Whole seconds, 1 to 60, until `waiting` pieces of work have been started when `atOnce` are worked on together
   * (Little's law: the rate is what is inside divided by the time it stays).
   */
  retryAfterS(waiting: number, atOnce: number): number;
}

export function createServiceRate(): ServiceRate {
  let meanMs: number | undefined;
  return {
    record(ms) {
      meanMs = meanMs === undefined ? ms : meanMs + WEIGHT * (ms - meanMs);
    },
    retryAfterS(waiting, atOnce) {
      const seconds = Math.ceil((waiting * (meanMs ?? 0)) / Math.max(1, atOnce) / 1000);
      return Math.min(MAX_RETRY_AFTER_S, Math.max(1, seconds));
    },
  };
}
