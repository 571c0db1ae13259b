import type { RestartReason } from './pool-types.ts';

export interface EngineEnd {
  reason: RestartReason;
  /** For the log. */
  detail: string;
  readyForMs: number;
}

/** Why a process died that was not told to, from how it ended and what it printed last. */
export function deathCause(
  code: number | null,
  signal: NodeJS.Signals | null,
  lastLines: readonly string[],
): Omit<EngineEnd, 'readyForMs'> {
  const said = lastLines.length === 0 ? '' : `; it said: ${lastLines.join(' | ')}`;
  const detail = (signal === null ? `it exited with ${code}` : `it was ended by ${signal}`) + said;
  if (/heap out of memory|std::bad_alloc/.test(said)) return { reason: 'out_of_memory', detail };
  return { reason: signal === 'SIGKILL' || signal === 'SIGTERM' ? 'killed' : 'crash', detail };
}
