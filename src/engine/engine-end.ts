import type { RestartReason } from './pool-types.ts';
import type { EngineLife } from './restart-delay.ts';

export interface EngineEnd extends EngineLife {
  reason: RestartReason;
  /** For the log. */
  detail: string;
  /** The pictures that it may have died of. */
  suspects: readonly Uint8Array[];
}

/** Why a process died that was not told to, from how it ended and what it printed last. */
export function deathCause(
  code: number | null,
  signal: NodeJS.Signals | null,
  lastLines: readonly string[],
): Pick<EngineEnd, 'reason' | 'detail'> {
  const said = lastLines.length === 0 ? '' : `; it said: ${lastLines.join(' | ')}`;
  const detail = (signal === null ? `it exited with ${code}` : `it was ended by ${signal}`) + said;
  if (/heap out of memory|std::bad_alloc/.test(said)) return { reason: 'out_of_memory', detail };
  return { reason: signal === 'SIGKILL' || signal === 'SIGTERM' ? 'killed' : 'crash', detail };
}
