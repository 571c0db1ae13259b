import type { DetectResult } from '../../src/detector/index.ts';
import type { EnginePool, EngineState, PoolJob } from '../../src/engine/pool-types.ts';
import type { EngineModel } from '../../src/engine/protocol.ts';

export const FAKE_RESULT: DetectResult = {
  image: { width: 640, height: 480 },
  orientation: 1,
  detections: [
    {
      classId: 2,
      label: 'blue',
      score: 0.8712345,
      box: { x1: 10.204, y1: 33, x2: 120.496, y2: 300.1 },
      uncertainty: { left: 1.2, top: 0.936, right: 4.8, bottom: 2 },
    },
    { classId: 0, label: 'red', score: 0.5, box: { x1: 0, y1: 0, x2: 640, y2: 480 } },
  ],
  timings: { image: 4.1, tensor: 1.25, inference: 41, gfl: 0.6, nms: 0.1 },
  batchSize: 1,
};

/** An engine pool without engines, whose every state and answer a test can choose. */
export interface FakePool extends EnginePool {
  jobs: PoolJob[];
  answer: (job: PoolJob, signal: AbortSignal | undefined) => Promise<DetectResult>;
  slots: number;
  alive: boolean;
  looping: number;
  models: EngineModel[];
}

export function createFakePool(models: readonly string[] = ['tiny']): FakePool {
  const listeners = new Set<() => void>();
  let inside = 0;
  const pool: FakePool = {
    jobs: [],
    slots: 2,
    alive: true,
    looping: 0,
    models: models.map(name => ({ name, version: '1', provider: 'cpu', inputShape: 'fixed', sha256: 'ab'.repeat(32) })),
    answer: async () => structuredClone(FAKE_RESULT),
    start: async () => {},
    states: (): Record<EngineState, number> => ({ starting: 0, ready: 2, busy: inside, stopped: 0 }),
    anyReady: () => pool.alive,
    // This one, in the place of an engine.
    processes: () => [{ engine: 1, pid: process.pid }],
    crashLooping: () => pool.looping,
    quarantined: () => 0,
    freeSlots: () => (pool.alive ? pool.slots - inside : 0),
    async detect(job, signal) {
      inside += 1;
      pool.jobs.push(job);
      try {
        return await pool.answer(job, signal);
      } finally {
        inside -= 1;
        for (const listener of listeners) listener();
      }
    },
    onFree(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    onEvent: () => {},
    close: async () => {},
  };
  return pool;
}
