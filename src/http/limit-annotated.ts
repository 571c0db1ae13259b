import type { onRequestHookHandler } from 'fastify';
import type { ClientId } from '../admission/turns.ts';
import { ServiceError } from '../errors.ts';
import { annotatedFormat, answerType } from './answer-type.ts';
import type { AppDeps } from './app-deps.ts';
import { createShares } from './shares.ts';

/**
 * Pictures that are to be annotated leave their engine's slots before they are drawn, so that detection does not wait for it (half a minute
 * of the largest pictures would fit in). So many may be under way as may wait for detection, from the end of their bodies until their answers
 * are there; more are refused, as far as it is known then before their bodies are read. One client may have three quarters of the places.
 */
export function limitAnnotated({ config, admission, metrics }: AppDeps) {
  const places = createShares(config.queueCapacity);

  function refuseSurplus(client: ClientId): void {
    if (places.hasRoomFor(client, 1)) return;
    metrics.rejected.inc({ reason: 'queue_full' });
    const retryAfterS = admission.retryAfterS();
    throw new ServiceError('overloaded', 'Too many pictures wait to be annotated; try again later.', { retryAfterS });
  }

  const onRequest: onRequestHookHandler = ({ headers, clientId }, _reply, done) => {
    if (annotatedFormat(answerType(headers.accept)) !== undefined) refuseSurplus(clientId);
    done();
  };

  return {
    onRequest,
    /** Does the work on a client's picture that is to be annotated, in one of the places. */
    async hold<T>(client: ClientId, work: () => Promise<T>): Promise<T> {
      refuseSurplus(client);
      places.change(client, 1);
      return work().finally(() => places.change(client, -1));
    },
  };
}
