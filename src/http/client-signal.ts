import type { FastifyReply } from 'fastify';

/** Aborted when the client goes before it has its answer. Fastify's `request.signal` aborts as soon as a body is read (#7033). */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
