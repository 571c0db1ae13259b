import { closeSync, openSync } from 'node:fs';
import { createEnginePool } from '../../src/engine/pool.ts';
import { until } from './fake-pool.ts';

/**
 * A service that has no descriptor left when its engine dies, started under a low `ulimit -n` by its test: prints what its
 * pool logged, and whether the engine came back once there were descriptors again.
 */
const died: object[] = [];
const pids: number[] = [];
const pool = createEnginePool({
  engines: 1,
  threadsPerEngine: 1,
  maxBatch: 1,
  manifestPaths: ['ready'],
  provider: 'cpu',
  inputShape: 'auto',
  maxPixels: 1_000_000,
  formats: [],
  hangTimeoutMs: 10_000,
  log: {
    info: fields => pids.push((fields as { enginePid: number }).enginePid),
    warn: () => {},
    error: fields => died.push(fields),
  },
  entry: new URL('./fake-engine.js', import.meta.url),
});
await pool.start();
// Loaded before the descriptors are gone.
await new Promise(resolve => setTimeout(resolve, 50));
const taken: number[] = [];
const takeAll = () => {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // None is left.
  }
};
takeAll();
process.kill(pids[0]!, 'SIGKILL');
// What the dead engine held comes free with it.
await until(() => !pool.anyReady(), 'the engine is gone');
takeAll();
await until(() => died.length === 4, 'three starts in vain');
const looping = pool.crashLooping();
for (const fd of taken) closeSync(fd);
await until(() => pool.anyReady(), 'the engine is back');
console.log(JSON.stringify({ died, looping, lives: pids.length }));
await pool.close(0);
