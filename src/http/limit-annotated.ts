import type { onRequestHookHandler } from 'fastify';
import type { ClientId } from '../admission/turns.ts';
import { ServiceError } from '../errors.ts';
import { annotatedFormat, answerType } from './answer-type.ts';
import type { AppDeps } from './app-deps.ts';
import { createShares } from './shares.ts';

/**
 * Limits the pictures to be annotated. They leave their engine's slots before they are drawn, so that others are detected meanwhile (an engine's
 * slots full of the largest pictures take half a minute to draw); without slots nothing else bounds their number. `QUEUE_CAPACITY` of them may be
 * under way, from the end of their bodies until their answers are made, and one client may have three quarters of these places. More are
 * refused: before the body is read where the places are taken by then.
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
