/** Weight of the newest duration in the running mean: about the last twenty count. */
const WEIGHT = 0.1;
const MAX_RETRY_AFTER_S = 60;

export interface ServiceRate {
  /** One piece of work ended after `ms`. */
  record(ms: number): void;
  /** Milliseconds until a piece of work behind `waiting` others has ended, when `atOnce` are worked on together. 0 as long as nothing is known. */
  answerMs(waiting: number, atOnce: number): number;
  /** Whole seconds until `waiting` pieces have been started; 1 to 60. */
  retryAfterS(waiting: number, atOnce: number): number;
}

export function createServiceRate(): ServiceRate {
  let meanMs: number | undefined;
  // Little's law: the rate is what is inside divided by the time it stays.
  const waitMs = (waiting: number, atOnce: number) => (waiting * (meanMs ?? 0)) / Math.max(1, atOnce);
  return {
    answerMs: (waiting, atOnce) => waitMs(waiting, atOnce) + (meanMs ?? 0),
    record(ms) {
      meanMs = meanMs === undefined ? ms : meanMs + WEIGHT * (ms - meanMs);
    },
    retryAfterS(waiting, atOnce) {
      return Math.min(MAX_RETRY_AFTER_S, Math.max(1, Math.ceil(waitMs(waiting, atOnce) / 1000)));
    },
  };
}
