import type { Admission } from '../admission/admission.ts';
import type { EnginePool } from '../engine/pool-types.ts';
import { ServiceError } from '../errors.ts';

export const UNREADY_REASONS = ['starting', 'draining', 'no_engine', 'crash_loop'] as const;
type UnreadyReason = (typeof UNREADY_REASONS)[number];

const WHY: Record<UnreadyReason, { message: string; retryAfterS: number }> = {
  starting: { message: 'The service is starting: its models are not warm yet.', retryAfterS: 2 },
  draining: { message: 'The service is shutting down.', retryAfterS: 5 },
  no_engine: { message: 'No engine is alive; one is being started.', retryAfterS: 1 },
  crash_loop: { message: 'The engines die again and again; each start waits longer than the last.', retryAfterS: 5 },
};

/** Ready: every model is warm in at least one living engine, and the service is not about to stop. The queue has no say. */
function unreadyReason(admission: Admission, pool: EnginePool): UnreadyReason | undefined {
  return admission.leaving ? 'draining' : refusalReason(admission, pool);
}

/** Why no request is taken now, if none is. At a stop this says `draining` only `DRAIN_DELAY_MS` after `/health/ready` does. */
export function refusalReason(admission: Admission, pool: EnginePool): UnreadyReason | undefined {
  if (admission.draining) return 'draining';
  if (pool.models.length === 0) return 'starting';
  if (pool.anyReady()) return undefined;
  return pool.crashLooping() > 0 ? 'crash_loop' : 'no_engine';
}

/** Throws `unavailable`, with the reason, unless the service is ready. */
export function assertReady(admission: Admission, pool: EnginePool): void {
  const unready = unreadyReason(admission, pool);
  if (unready !== undefined) throw unavailable(unready);
}

export function unavailable(reason: UnreadyReason): ServiceError {
  const { message, retryAfterS } = WHY[reason];
  return new ServiceError('unavailable', message, { retryAfterS });
}
