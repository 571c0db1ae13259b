import { Counter, Gauge, type Registry } from 'prom-client';
import type { EnginePool } from './engine/pool-types.ts';
import { bytesOf, cpuSeconds } from './proc/proc-files.ts';

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
        const seconds = cpuSeconds(`/proc/${pid}/stat`);
        if (seconds !== undefined) this.inc({ engine }, seconds);
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
        const bytes = bytesOf(`/proc/${pid}/status`, 'VmRSS');
        if (bytes !== undefined) this.set({ engine }, bytes);
      }
    },
  });
}
