import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from './admission/admission.ts';
import type { EnginePool } from './engine/pool-types.ts';
import type { App } from './http/app-deps.ts';

export interface DrainTimes {
  /** Not ready any more, but still taking requests: until those who send them have noticed. */
  delayMs: number;
  /** Then what was accepted may take this long to finish. */
  timeoutMs: number;
}

/**
 * Ends the service in order: not ready at once, what was accepted is finished, connections and engines are closed.
 * At the deadline whatever is left is cut: `app.close` alone would wait for a half-sent request forever.
 */
export async function drain(app: App, admission: Admission, pool: EnginePool, times: DrainTimes): Promise<void> {
  admission.leave();
  if (times.delayMs > 0) await sleep(times.delayMs);

  const deadlineAt = performance.now() + times.timeoutMs;
  let cut = () => {};
  const expired = new Promise<void>(resolve => {
    cut = resolve;
  });
  const timer = setTimeout(cut, times.timeoutMs);

  await Promise.race([admission.drain(), expired]);
  const closed = app.close();
  await Promise.race([closed, expired]);
  app.server.closeAllConnections();
  await closed;
  await pool.close(Math.max(0, deadlineAt - performance.now()));
  clearTimeout(timer);
}
