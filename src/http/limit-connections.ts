import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createHoldings, type Standing } from './holdings.ts';
import type { UnderWay } from './responses-under-way.ts';
import { unreadBody } from './unread-body.ts';

/**
 * Keeps no more than `most` connections: each takes memory and a file descriptor for as long as its client likes, and needs no key for it. For one
 * more another is closed, as holdings.ts has it: one of the address that has most, so that no address keeps the others out, whatever it does;
 * first what has nothing under way, kept alive after an answer or stuck before the end of a head. Within one address, as behind a proxy, the new one
 * is closed where all are at work.
 *
 * Addresses are told apart as a request's `clientId` is: the other end of the connection, whatever its headers say, each IPv6 address by itself.
 *
 * @param onCut called for every connection that is closed so
 */
export function limitConnections(server: Server, underWay: UnderWay, most: number, onCut?: () => void): void {
  const holdings = createHoldings<Socket>();
  const note = (socket: Socket) => holdings.move(socket, standingOf(socket, underWay));

  server.on('connection', (socket: Socket) => {
    holdings.add(socket, socket.remoteAddress ?? ''); // none: it has gone already
    socket.once('close', () => holdings.remove(socket));
    if (holdings.size <= most) return;
    const surplus = holdings.surplusFor(socket);
    if (surplus === undefined) return;
    holdings.remove(surplus);
    surplus.destroy();
    onCut?.();
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    note(socket);
    request.once('end', () => note(socket));
    // Comes after the listener of responses-under-way.ts.
    response.once('close', () => note(socket));
  });
}

/** By the first of what is under way: behind it others may have been sent ahead, of which the last may not be whole. */
function standingOf(socket: Socket, underWay: UnderWay): Standing {
  const [first] = underWay.get(socket) ?? [];
  if (first === undefined) return 'idle';
  return unreadBody({ raw: first.req, headers: first.req.headers }) === 'none' ? 'waiting' : 'receiving';
}
