import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Requests that a connection may have under way. Clients that send several ahead are rare, and send few. */
const MAX_AHEAD = 16;
/** Of all connections together, beside the first of each: one takes 5 kB until it is its turn. */
const MAX_AHEAD_IN_ALL = 4096;
/** Of the heads of all requests of a connection: sixteen of the largest were a quarter of a megabyte on every connection. */
const MAX_HEAD_BYTES = 32 * 1024;

/** Every connection of a server, with the responses that are due on it. */
export type UnderWay = ReadonlyMap<Socket, ReadonlySet<ServerResponse>>;

const answeredEarly = new WeakMap<Socket, IncomingMessage>();

/** Whether the client still sends the body of a request that has had its answer: it is owed no other. */
export function wasAnsweredEarly(socket: Socket): boolean {
  return answeredEarly.get(socket)?.complete === false;
}

/**
 * Knows what is under way on every connection, and does two things that Node leaves undone.
 * - When a connection ends, so do all its responses: Node tells only the one whose turn it was. The others would keep their
 *   file descriptors, timers and the room of their bodies for ever.
 * - A connection is cut that sends too many requests ahead of their answers, or too long ones, or any while all connections together have
 *   more than `mostInAll` of them under way.
 */
export function responsesUnderWay(server: Server, mostInAll = MAX_AHEAD_IN_ALL): UnderWay {
  const underWay = new Map<Socket, Set<ServerResponse>>();
  let ahead = 0; // of all connections

  server.on('connection', (socket: Socket) => {
    const responses = new Set<ServerResponse>();
    underWay.set(socket, responses);
    socket.once('close', async () => {
      underWay.delete(socket);
      await nextTurn(); // Node tells the one that it knows
      for (const response of responses) {
        response.destroy();
        response.emit('close');
      }
    });
  });

  // Also what expects 100-continue: ask-for-body-late.ts hands it on.
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const responses = underWay.get(socket);
    if (responses === undefined) return; // gone before its request was seen
    responses.add(response);
    if (responses.size > 1) ahead += 1;
    response.once('close', () => {
      if (responses.size > 1) ahead -= 1;
      responses.delete(response);
      if (!request.complete) answeredEarly.set(socket, request);
    });
    if (responses.size === 1) return;
    if (responses.size > MAX_AHEAD || ahead > mostInAll || headBytes(responses) > MAX_HEAD_BYTES) socket.destroy();
  });
  return underWay;
}

function headBytes(responses: ReadonlySet<ServerResponse>): number {
  let bytes = 0;
  for (const { req } of responses) {
    bytes += req.url?.length ?? 0;
    for (const text of req.rawHeaders) bytes += text.length;
  }
  return bytes;
}
