import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { ClientId } from '../admission/turns.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { App } from './app-deps.ts';
import { createBodyMemory } from './body-memory.ts';
import { createKeyFinder } from './key-check.ts';
import { isOpen } from './open-paths.ts';
import { readBody } from './read-body.ts';
import type { RequestTrace } from './request-trace.ts';
import { createShares } from './shares.ts';

/**
 * Where there are keys: the part of `MAX_BUFFERED_BYTES`, one body at least, for requests without a key in their head (DeepStack's clients
 * have it in their form, which must be read first).
 */
const STRANGERS_SHARE = 0.25;

/** What one request holds of the room. */
interface Held {
  client: ClientId;
  bytes: number;
  /** There are keys, and none is in its head. */
  byStranger: boolean;
}

/** The room of all bodies, for the routes that read them. */
export interface BodyRoom {
  /** With a body that nobody reads any more: its memory is used again. Bodies that it is not called with are garbage. */
  giveBack(body: Buffer | undefined): void;
  /** Counts what reading the body of a request takes beside it, until the answer is taken. Throws `overloaded` when there is no room for it. */
  holdMore(request: FastifyRequest, bytes: number): void;
}

/**
 * Every body is read into one buffer, whatever its Content-Type says. Each has a limit, `MAX_BODY_BYTES`, and so have all of them together
 * with their answers, `MAX_BUFFERED_BYTES`, from the first byte until the answer is taken: slow uploads, a full queue of large pictures, or
 * annotated pictures that nobody reads cannot fill the memory. Answers count but are never refused for it; the next bodies are. One client may
 * hold three quarters of the room, and all requests without a key together, where there are keys, `STRANGERS_SHARE`. Who is alone has room
 * whatever is wanted: else JSON that takes more than all of it would be told to come again for ever.
 */
export function bufferBodies(app: App, config: Config, metrics: Metrics): BodyRoom {
  const { take, giveBack } = createBodyMemory();
  const findKey = createKeyFinder(config.apiKeys);
  const strangersRoom = Math.max(config.maxBodyBytes, STRANGERS_SHARE * config.maxBufferedBytes);
  const room = createShares(config.maxBufferedBytes, config.maxBodyBytes);
  metrics.watchBufferedBytes(() => room.held);
  let heldByStrangers = 0;
  const heldBy = new Map<RequestTrace, Held>();

  function change(one: Held | undefined, bytes: number): void {
    if (one === undefined) return; // the client has gone
    one.bytes += bytes;
    room.change(one.client, bytes);
    if (one.byStranger) heldByStrangers += bytes;
  }

  function holdMore({ trace }: FastifyRequest, bytes: number): void {
    const one = heldBy.get(trace);
    if (one !== undefined && !hasRoomFor(one, bytes)) {
      metrics.rejected.inc({ reason: 'memory_full' });
      throw new ServiceError('overloaded', 'Too many pictures are on their way; try again later.', { retryAfterS: 1 });
    }
    change(one, bytes);
  }

  function hasRoomFor(one: Held, bytes: number): boolean {
    if (room.held === one.bytes) return true;
    return room.hasRoomFor(one.client, bytes) && !(one.byStranger && heldByStrangers + bytes > strangersRoom);
  }

  app.removeAllContentTypeParsers();
  app.addHook('onRequest', ({ trace, headers, routeOptions, clientId: client }, reply, done) => {
    const byStranger = isOpen(routeOptions.url) && findKey(headers).flaw !== undefined;
    heldBy.set(trace, { client, bytes: 0, byStranger });
    reply.raw.once('close', () => {
      const one = heldBy.get(trace);
      change(one, -(one?.bytes ?? 0));
      heldBy.delete(trace);
    });
    done();
  });
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { maxBodyBytes: maxBytes, bodyTimeoutMs: timeoutMs } = config;
    const declaredBytes = Number(payload.headers['content-length'] ?? 0);
    const hold = (bytes: number) => holdMore(request, bytes);
    return readBody(payload, { maxBytes, timeoutMs, declaredBytes, hold, take });
  });
  app.addHook('onSend', ({ trace }, _reply, payload, done) => {
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) change(heldBy.get(trace), payload.length);
    done();
  });
  return { giveBack, holdMore };
}
