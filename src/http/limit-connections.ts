import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { UnderWay } from './responses-under-way.ts';

/**
 * Keeps no more than `most` connections: each takes memory and a file descriptor for as long as its client likes, without a key. One more takes the
 * place of the one that has had nothing under way for longest, kept alive after an answer or stuck before the end of a head; where all are at
 * work it is closed itself.
 */
export function limitConnections(server: Server, underWay: UnderWay, most: number, onCut: () => void): void {
  /** The longest idle first. */
  const idle = new Set<Socket>();

  server.on('connection', (socket: Socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
    if (underWay.size <= most) return;
    const [longest = socket] = idle;
    idle.delete(longest);
    longest.destroy();
    onCut();
  });

  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    // After responses-under-way.ts has heard of it.
    response.once('close', () => {
      if (underWay.get(socket)?.size === 0) idle.add(socket);
    });
  });
}
