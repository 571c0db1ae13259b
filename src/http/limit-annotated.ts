import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { annotatedFormat, answerType } from './answer-type.ts';
import type { AppDeps } from './app-deps.ts';

/**
 * Pictures that are to be annotated leave their engine's slots before they are drawn, so that detection does not wait for it (half a minute
 * of the largest pictures would fit in). So many may be under way as may wait for detection, from the end of their bodies until their answers
 * are there; more are refused, as far as it is known then before their bodies are read.
 */
export function limitAnnotated({ config, admission, metrics }: AppDeps) {
  const held = new WeakSet<FastifyRequest>();
  let underWay = 0;

  function refuseSurplus(): void {
    if (underWay < config.queueCapacity) return;
    metrics.rejected.inc({ reason: 'queue_full' });
    const retryAfterS = admission.retryAfterS();
    throw new ServiceError('overloaded', 'Too many pictures wait to be annotated; try again later.', { retryAfterS });
  }

  const isAnnotated = ({ headers }: FastifyRequest) => annotatedFormat(answerType(headers.accept)) !== undefined;

  function release(request: FastifyRequest): void {
    if (held.delete(request)) underWay -= 1;
  }

  return {
    async onRequest(request: FastifyRequest): Promise<void> {
      if (isAnnotated(request)) refuseSurplus();
    },
    async preHandler(request: FastifyRequest, { raw }: FastifyReply): Promise<void> {
      if (!isAnnotated(request)) return;
      refuseSurplus();
      held.add(request);
      underWay += 1;
      raw.once('close', () => release(request)); // its client may leave first
    },
    async onSend(request: FastifyRequest): Promise<void> {
      release(request);
    },
  };
}
