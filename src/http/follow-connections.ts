import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './app-deps.ts';
import { responsesUnderWay, type UnderWay } from './responses-under-way.ts';

/**
 * What responses-under-way.ts does, and which connections close when the server does: at once those with nothing under way, also
 * those that never said a word (browsers open them ahead of time) or stopped in the middle of a head; the others after their last answer.
 * Node waits for the former, and takes a connection for idle as soon as an answer was handed to it, which may be megabytes that the client still reads.
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
    // After responses-under-way.ts has heard of it. Its head may have promised to keep the connection.
    response.once('close', () => {
      if (closing && underWay.get(socket)?.size === 0) socket.destroySoon(); // its other end may keep its half open
    });
  });
  return underWay;
}
