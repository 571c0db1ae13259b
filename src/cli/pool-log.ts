import type { EngineLog } from '../engine/pool-types.ts';

/** Of a command's own engines: it tells only what went wrong. */
export function poolLog(say: (line: string) => void): EngineLog {
  return {
    info: () => {},
    warn: () => {},
    error: (fields, message) => say(`${message}: ${JSON.stringify(fields)}`),
  };
}
