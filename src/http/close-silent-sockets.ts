import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './app-deps.ts';

/**
 * When the server closes, so does every connection without a request under way. Node itself closes those that are idle after
 * an answer, but waits for those that never said a word (browsers open them ahead of time) or stopped in the middle of a head.
 */
export function closeSilentSockets(app: App): void {
  const underWay = new Map<Socket, number>();
  const count = (socket: Socket, change: number) => {
    const requests = underWay.get(socket);
    if (requests !== undefined) underWay.set(socket, requests + change);
  };
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  };

  app.server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  app.server.on('request', onRequest); // also what expects 100-continue: ask-for-body-late.ts hands it on
  app.addHook('preClose', async () => {
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
  });
}
