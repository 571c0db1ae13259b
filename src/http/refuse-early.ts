import type { onRequestHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { AppDeps } from './app-deps.ts';
import { tooLarge } from './read-body.ts';
import { refusalReason, unavailable } from './readiness.ts';

/** Refuses, before a byte of the body is read, what its head or the state of the service already dooms. */
export function refuseEarly({ config, admission, pool, metrics }: AppDeps): onRequestHookHandler {
  return ({ headers, clientId }, _reply, done) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
      throw new ServiceError('unsupported_media_type', 'Send the body as it is, without a Content-Encoding.');
    }
    if (Number(headers['content-length'] ?? 0) > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);

    const refused = refusalReason(admission, pool);
    if (refused !== undefined) {
      metrics.rejected.inc({ reason: refused });
      throw unavailable(refused);
    }
    if (admission.full(clientId)) {
      metrics.rejected.inc({ reason: 'queue_full' });
      const retryAfterS = admission.retryAfterS();
      throw new ServiceError('overloaded', 'Too many pictures are waiting; try again later.', { retryAfterS });
    }
    done();
  };
}
