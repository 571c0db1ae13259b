import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientId } from '../admission/turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose turn its pictures take: the position of its key in the configuration, or its address where no key is asked for. */
    clientId: ClientId;
  }
}

/** Who waits for a request's pictures. */
export interface Client {
  id: ClientId;
  /** Aborted when the client goes before it has its answer. */
  signal: AbortSignal;
}

/** Fastify's own `request.signal` aborts as soon as a body is read (#7033). */
export function clientOf({ clientId }: Pick<FastifyRequest, 'clientId'>, { raw }: Pick<FastifyReply, 'raw'>): Client {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every picture of a batch listens
  const check = () => {
    if (raw.destroyed && !raw.writableEnded) controller.abort();
  };
  check(); // it may have gone while its form was taken apart
  raw.once('close', check);
  return { id: clientId, signal: controller.signal };
}
