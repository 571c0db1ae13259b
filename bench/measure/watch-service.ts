import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection } from '../load/connection.ts';
import { childrenOf, memoryOf } from './process-tree.ts';

export interface Watched {
  /** Every answer of `/health/ready`: milliseconds, and whether it was 200. */
  readiness: { ms: number; ready: boolean }[];
  /** The highest seen. */
  queueDepth: number;
  inFlight: number;
  /** MB resident, the service and its engines added up. */
  memory: number;
}

const EVERY_MS = 100;
/** Metrics and memory are a few milliseconds of work on both sides: twice a second, or the watching is a load of its own. */
const GAUGES_EVERY = 5;

/** Asks a service ten times a second whether it is ready while something happens to it, and now and then what it holds. */
export function watchService(url: string, pid: number) {
  const connection = openConnection(url, 2);
  const seen: Watched = { readiness: [], queueDepth: 0, inFlight: 0, memory: 0 };
  let running = true;

  async function look(): Promise<void> {
    const askedAt = performance.now();
    const ready = await connection.get('/health/ready').then(
      () => true,
      () => false,
    );
    seen.readiness.push({ ms: performance.now() - askedAt, ready });
    if (seen.readiness.length % GAUGES_EVERY !== 0) return;
    const text = (await connection.get('/metrics')).toString();
    seen.queueDepth = Math.max(seen.queueDepth, gauge(text, 'gfl_queue_depth'));
    seen.inFlight = Math.max(seen.inFlight, gauge(text, 'gfl_in_flight'));
    seen.memory = Math.max(seen.memory, residentOf(pid));
  }

  const done = (async () => {
    while (running) {
      await look();
      await sleep(EVERY_MS);
    }
  })();
  done.catch(() => {}); // awaited in stop()

  return {
    async stop(): Promise<Watched> {
      running = false;
      await done.finally(() => connection.close());
      return seen;
    },
  };
}

/** MB, of a process and its children. */
export function residentOf(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + memoryOf(one).resident, 0);
}

/** The sum of all series of a metric in Prometheus' text format. */
export function gauge(text: string, name: string): number {
  const series = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...series].reduce((sum, match) => sum + Number(match[1]), 0);
}
