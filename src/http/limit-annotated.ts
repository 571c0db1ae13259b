import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { annotatedFormat, answerType } from './answer-type.ts';
import type { AppDeps } from './app-deps.ts';

/**
 * Pictures that are to be annotated leave their engine's slots before they are drawn, so that detection does not wait for it (half a minute
 * of the largest pictures would fit in). So many may be under way as may wait for detection; more are refused before their bodies are read.
 */
export function limitAnnotated({ config, admission, metrics }: AppDeps) {
  let underWay = 0;
  return async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (annotatedFormat(answerType(headers.accept)) === undefined) return;
    if (underWay >= config.queueCapacity) {
      metrics.rejected.inc({ reason: 'queue_full' });
      const retryAfterS = admission.retryAfterS();
      throw new ServiceError('overloaded', 'Too many pictures wait to be annotated; try again later.', { retryAfterS });
    }
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
  };
}
