import type { ServerResponse } from 'node:http';

/**
 * Closes the connection when the client has not taken the whole of an answer within `timeoutMs`: it holds a descriptor and the room of its
 * body. To be called when the answer is about to be sent. The whole answer is timed, for a limit on silence alone would never end a client that
 * takes one byte a second.
 */
export function cutSlowReader(response: ServerResponse, timeoutMs: number, onCut?: () => void): void {
  if (response.destroyed) return; // its client has left: `close` was emitted before
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => {
      onCut?.();
      response.destroy();
    }, timeoutMs);
  };
  // The response to a request that was sent ahead has no socket before its turn.
  if (response.socket) start();
  else response.once('socket', start);
  response.once('close', () => clearTimeout(timer));
}
