import { readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { EnginePool } from './engine/pool-types.ts';

/** USER_HZ, which is 100 on every Linux that Node.js runs on. */
const TICKS_PER_S = 100;

/**
 * CPU and memory of each engine, read at each scrape: the defaults of `process_*` are of the service's process alone. Nothing where there
 * is no /proc. A new engine in the place of one that died begins at 0, as counters do after a restart.
 */
export function engineMetrics(registry: Registry, pool: Pick<EnginePool, 'processes'>): void {
  const about = { labelNames: ['engine'] as const, registers: [registry] };
  new Counter({
    ...about,
    name: 'gfl_engine_cpu_seconds_total',
    help: 'CPU time of an engine process, in seconds.',
    collect() {
      this.reset();
      for (const { engine, pid } of pool.processes()) {
        // The second field, the name in brackets, may hold blanks; the first after it is the third of proc_pid_stat(5).
        const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
        if (fields !== undefined) this.inc({ engine }, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S);
      }
    },
  });
  new Gauge({
    ...about,
    name: 'gfl_engine_resident_memory_bytes',
    help: 'Resident memory of an engine process, with what it shares with the others.',
    collect() {
      this.reset();
      for (const { engine, pid } of pool.processes()) {
        const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
        if (kilobytes !== undefined) this.set({ engine }, Number(kilobytes) * 1024);
      }
    },
  });
}

/** Undefined when it is not there: the process has just ended. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
