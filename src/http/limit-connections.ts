import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { UnderWay } from './responses-under-way.ts';

/**
 * Keeps no more than `most` connections: each takes memory and a file descriptor for as long as its client likes, and needs no key for it. One more
 * closes the connection that has had nothing under way for longest, kept alive after an answer or stuck before the end of a head. Where all are at
 * work the new one is closed.
 *
 * @param onCut called for every connection that is closed so
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
    // Comes after the listener of responses-under-way.ts.
    response.once('close', () => {
      if (underWay.get(socket)?.size === 0) idle.add(socket);
    });
  });
}
