import type { Admission } from './admission/admission.ts';
import type { EnginePool } from './engine/pool-types.ts';
import type { App } from './http/app-deps.ts';

/**
 * Ends the service in order: not ready at once, what was accepted is finished, connections and engines are closed.
 * At the deadline whatever is left is cut: `app.close` alone would wait for a half-sent request forever.
 */
export async function drain(app: App, admission: Admission, pool: EnginePool, timeoutMs: number): Promise<void> {
  const deadlineAt = performance.now() + timeoutMs;
  let cut = () => {};
  const expired = new Promise<void>(resolve => {
    cut = resolve;
  });
  const timer = setTimeout(cut, timeoutMs);

  await Promise.race([admission.drain(), expired]);
  const closed = app.close();
  await Promise.race([closed, expired]);
  app.server.closeAllConnections();
  await closed;
  await pool.close(Math.max(0, deadlineAt - performance.now()));
  clearTimeout(timer);
}
