const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8000;
/** An engine that was ready for this long died of something new. */
const HEALTHY_MS = 10_000;

/** What one engine did between its start and its end. */
export interface EngineLife {
  readyForMs: number;
  /** Pictures it answered. */
  answered: number;
}

export interface RestartDelay {
  /** Milliseconds to wait before the next start. */
  next(life: EngineLife): number;
  /** How many of the latest lives in a row were not healthy. */
  readonly inVain: number;
}

/** Whether it worked: what ends such an engine is something new, not what ended the one before. */
export function isHealthy({ readyForMs, answered }: EngineLife): boolean {
  return answered > 0 || readyForMs >= HEALTHY_MS;
}

/**
 * How long to wait before an engine is replaced: not at all the first time, then 250 ms and twice as long each time, at
 * most 8 s. One that was ready for 10 s starts the count anew. One that answered pictures goes back to 250 ms: it works, and
 * waiting longer would help whoever sends what kills it.
 */
export function createRestartDelay(): RestartDelay {
  let inARow = 0;
  let inVain = 0;
  return {
    next(life) {
      inVain = isHealthy(life) ? 0 : inVain + 1;
      if (life.readyForMs >= HEALTHY_MS) inARow = 0;
      else if (isHealthy(life)) inARow = Math.min(inARow, 1);
      inARow += 1;
      return inARow === 1 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (inARow - 2));
    },
    get inVain() {
      return inVain;
    },
  };
}
