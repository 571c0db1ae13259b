import { readdirSync } from 'node:fs';
import { childrenOf, memoryOf } from '../measure/process-tree.ts';

/** One look at the service and its engines. */
export interface Reading {
  /** Seconds since the start of the soak. */
  at: number;
  /** MB resident. */
  service: number;
  engines: number;
  /** Open descriptors and threads of all processes. */
  descriptors: number;
  threads: number;
}

export function readProcesses(pid: number, at: number): Reading {
  const engines = childrenOf(pid);
  const count = (what: string) =>
    [pid, ...engines].reduce((sum, one) => {
      try {
        return sum + readdirSync(`/proc/${one}/${what}`).length;
      } catch {
        return sum; // it has just ended
      }
    }, 0);
  return {
    at,
    service: memoryOf(pid).resident,
    engines: engines.reduce((sum, engine) => sum + memoryOf(engine).resident, 0),
    descriptors: count('fd'),
    threads: count('task'),
  };
}
