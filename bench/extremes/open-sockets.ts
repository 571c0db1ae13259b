import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Fewer than a listening socket keeps waiting. */
const AT_ONCE = 100;

/** One that the service cuts is no error: `destroyed` says so. Linux has all of 127.0.0.0/8 to come from. */
export async function openSocket(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
  return socket;
}

/**
 * So many connections, each of which `begin` sees as soon as it is open, unless it was cut by then.
 *
 * @returns all of them, also those that were cut since
 */
export async function openSockets(
  port: number,
  count: number,
  begin: (socket: Socket) => Promise<void> | void,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, async () => {
      const socket = await openSocket(port);
      if (!socket.destroyed) await begin(socket);
      return socket;
    });
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}
