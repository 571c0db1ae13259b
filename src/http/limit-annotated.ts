import type { onRequestHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import { annotatedFormat, answerType } from './answer-type.ts';
import type { AppDeps } from './app-deps.ts';

/**
 * Pictures that are to be annotated leave their engine's slots before they are drawn, so that detection does not wait for it (half a minute
 * of the largest pictures would fit in). So many may be under way as may wait for detection, from the end of their bodies until their answers
 * are there; more are refused, as far as it is known then before their bodies are read.
 */
export function limitAnnotated({ config, admission, metrics }: AppDeps) {
  let underWay = 0;

  function refuseSurplus(): void {
    if (underWay < config.queueCapacity) return;
    metrics.rejected.inc({ reason: 'queue_full' });
    const retryAfterS = admission.retryAfterS();
    throw new ServiceError('overloaded', 'Too many pictures wait to be annotated; try again later.', { retryAfterS });
  }

  const onRequest: onRequestHookHandler = ({ headers }, _reply, done) => {
    if (annotatedFormat(answerType(headers.accept)) !== undefined) refuseSurplus();
    done();
  };

  return {
    onRequest,
    /** Does the work on a picture that is to be annotated, in one of the places. */
    async hold<T>(work: () => Promise<T>): Promise<T> {
      refuseSurplus();
      underWay += 1;
      return work().finally(() => {
        underWay -= 1;
      });
    },
  };
}
