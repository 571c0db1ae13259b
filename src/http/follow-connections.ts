import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './app-deps.ts';
import { responsesUnderWay, type UnderWay } from './responses-under-way.ts';

/**
 * Knows what responses-under-way.ts knows, and closes connections when the server closes. At once those with nothing under way, also
 * those that never sent a byte (browsers open them ahead of time) or stopped in the middle of a head; the others after their last answer.
 * Node by itself would wait for the former. And it would cut some of the latter: it takes a connection for idle as soon as the answer was handed to
 * it, of which the client may still have megabytes to read.
 */
export function followConnections(app: App): UnderWay {
  const underWay = responsesUnderWay(app.server);
  let closing = false;

  function closeIdle(): void {
    for (const [socket, responses] of underWay) if (responses.size === 0) socket.destroy();
  }

  app.server.closeIdleConnections = closeIdle; // Node and Fastify call it
  // Node has lost sight of connections that asked for CONNECT.
  app.server.closeAllConnections = () => {
    for (const socket of underWay.keys()) socket.destroy();
  };
  app.addHook('preClose', async () => {
    closing = true;
    closeIdle();
  });
  app.server.on('request', ({ socket }: { socket: Socket }, response: ServerResponse) => {
    // Comes after the listener of responses-under-way.ts. The answer's head may have promised to keep the connection.
    response.once('close', () => {
      if (closing && underWay.get(socket)?.size === 0) socket.destroySoon(); // its other end may keep its half open
    });
  });
  return underWay;
}
