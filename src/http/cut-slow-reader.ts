import type { ServerResponse } from 'node:http';

/**
 * For an answer that is about to be sent: a client that does not take it holds its connection, and the room of its body, for no longer than `timeoutMs`.
 * The whole answer is timed: a limit on silence alone would let one byte a second live on.
 */
export function cutSlowReader(response: ServerResponse, timeoutMs: number, onCut?: () => void): void {
  if (response.destroyed) return; // its client left before: `close` was
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => {
      onCut?.();
      response.destroy();
    }, timeoutMs);
  };
  // That of a request which was sent ahead has no socket before its turn.
  if (response.socket) start();
  else response.once('socket', start);
  response.once('close', () => clearTimeout(timer));
}
