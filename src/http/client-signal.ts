import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Aborted when the client goes before it has its answer. Fastify's `request.signal` aborts as soon as a body is read (#7033). */
export function clientSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every picture of a batch listens
  const check = () => {
    if (raw.destroyed && !raw.writableEnded) controller.abort();
  };
  check(); // it may have gone while its form was taken apart
  raw.once('close', check);
  return controller.signal;
}
