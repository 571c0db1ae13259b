import { openConnection } from '../load/connection.ts';
import { waitUntilDue } from '../load/wait-until-due.ts';

const EVERY_MS = 50;

/** Asks `/health/live` every 50 ms, from when it was due, beside the load. */
export function probeLiveness(url: string) {
  const connection = openConnection(url);
  const latenciesMs: number[] = [];
  let running = true;
  const done = (async () => {
    for (let dueAt = performance.now(); running; dueAt += EVERY_MS) {
      const countedFrom = await waitUntilDue(dueAt);
      await connection.get('/health/live');
      latenciesMs.push(performance.now() - countedFrom);
    }
  })();
  done.catch(() => {}); // awaited in stop()
  return {
    async stop(): Promise<number[]> {
      running = false;
      await done.finally(() => connection.close());
      return latenciesMs;
    },
  };
}

/**
 * 99th percentile of how late the service's event loop came to what was due, since it was last asked, milliseconds (src/event-loop-lag.ts, which looks
 * every 50 ms and starts afresh at each scrape).
 */
export async function eventLoopDelayP99(url: string): Promise<number> {
  const connection = openConnection(url);
  try {
    const text = (await connection.get('/metrics')).toString();
    return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]) * 1000;
  } finally {
    connection.close();
  }
}
