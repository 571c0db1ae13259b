import type { TestContext } from 'node:test';
import { createEnginePool } from '../../src/engine/pool.ts';
import type { EnginePool, PoolOptions, RestartReason } from '../../src/engine/pool-types.ts';

export interface TestPool {
  pool: EnginePool;
  restarts: RestartReason[];
  /** The pool's other events. */
  events: ('retry' | 'refusal')[];
  /** Everything logged, message and fields. */
  logged: { message: string; fields: Record<string, unknown> }[];
  /** Process ids of all engines that ever were ready, in order. */
  pids(): number[];
}

/** A pool of fake engines unless `entry` and `manifestPaths` say otherwise; closed when the test ends. */
export function testPool(t: TestContext, options: Partial<PoolOptions> = {}): TestPool {
  const restarts: RestartReason[] = [];
  const events: TestPool['events'] = [];
  const logged: TestPool['logged'] = [];
  const write = (fields: object, message: string) => {
    logged.push({ message, fields: { ...fields } });
  };
  const pool = createEnginePool({
    engines: 1,
    threadsPerEngine: 1,
    maxBatch: 1,
    manifestPaths: ['ready'],
    provider: 'auto',
    inputShape: 'auto',
    maxPixels: 1_000_000,
    formats: [],
    hangTimeoutMs: 10_000,
    log: { info: write, warn: write, error: write },
    entry: new URL('./fake-engine.js', import.meta.url),
    ...options,
  });
  pool.onEvent(event => (event.type === 'restart' ? restarts.push(event.reason) : events.push(event.type)));
  t.after(() => pool.close(0));
  const pids = () =>
    logged.filter(line => line.message === 'engine ready').map(line => line.fields.enginePid as number);
  return { pool, restarts, events, logged, pids };
}

/** Gives `order` to the pool and returns what the fake engine said. */
export async function tell(pool: EnginePool, order: string, signal?: AbortSignal): Promise<string | undefined> {
  const result = await pool.detect({ model: 'fake', bytes: Buffer.from(order), options: {} }, signal);
  return result.detections[0]?.label;
}

export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}
