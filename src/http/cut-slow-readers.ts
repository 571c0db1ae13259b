import type { ServerResponse } from 'node:http';
import type { App } from './app-deps.ts';

/**
 * A client that does not take its answer holds its connection, and the room of its body, for no longer than `timeoutMs`.
 * The whole answer is timed: a limit on silence alone would let one byte a second live on.
 */
export function cutSlowReaders(app: App, timeoutMs: number): void {
  app.addHook('onSend', ({ log }, reply, _payload, done) => {
    cutSlowReader(reply.raw, timeoutMs, () => {
      log.info({ timeout_ms: timeoutMs }, 'the client did not take its answer in time, closed');
    });
    done();
  });
}

/** The same for one answer, which is about to be sent. */
export function cutSlowReader(response: ServerResponse, timeoutMs: number, onCut?: () => void): void {
  if (response.destroyed) return; // its client left before: `close` was
  const timer = setTimeout(() => {
    onCut?.();
    response.destroy();
  }, timeoutMs);
  response.once('close', () => clearTimeout(timer));
}
