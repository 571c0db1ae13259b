import type { RestartReason } from './pool-types.ts';
import type { Fingerprint } from './quarantine.ts';
import type { EngineLife } from './restart-delay.ts';

export interface EngineEnd extends EngineLife {
  reason: RestartReason;
  /** For the log. */
  detail: string;
  /** The pictures that it may have died of. */
  suspects: readonly Fingerprint[];
}

const OUT_OF_MEMORY = /heap out of memory|std::bad_alloc|failed to allocate/;
const LOGGED_LINES = 10;

/** Why a process died that was not told to, from how it ended and what it printed last. */
export function deathCause(
  code: number | null,
  signal: NodeJS.Signals | null,
  lastLines: readonly string[],
): Pick<EngineEnd, 'reason' | 'detail'> {
  // V8 and GLib say it first, and V8 a page of stack after it.
  const outOfMemory = lastLines.find(line => OUT_OF_MEMORY.test(line));
  const last = outOfMemory === undefined ? lastLines.slice(-LOGGED_LINES) : [outOfMemory];
  const said = last.length === 0 ? '' : `; it said: ${last.join(' | ')}`;
  const detail = (signal === null ? `it exited with ${code}` : `it was ended by ${signal}`) + said;
  if (outOfMemory !== undefined) return { reason: 'out_of_memory', detail };
  return { reason: signal === 'SIGKILL' || signal === 'SIGTERM' ? 'killed' : 'crash', detail };
}

/** Of an engine whose process the system did not start: out of descriptors, processes or memory. */
export function neverStarted(error: unknown): string {
  return `its process could not be started: ${error instanceof Error ? error.message : String(error)}`;
}
