import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The code of the error that stands for a CONNECT: to Node that is no request, and without a listener it drops the connection. */
export const CONNECT = 'CONNECT';

/** CONNECT is answered like what the HTTP parser refuses. */
export function refuseConnect(
  server: Server,
  onClientError: (error: Error & { code: string }, socket: Socket) => void,
): void {
  server.on('connect', (_request, socket: Socket) => {
    // Node has taken its own listeners away: without these an error ends the process, and nobody hears that the client leaves.
    socket.on('error', () => {}).once('end', () => socket.destroy());
    socket.resume();
    onClientError(Object.assign(new Error(CONNECT), { code: CONNECT }), socket);
  });
}
