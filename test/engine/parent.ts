import { createEnginePool } from '../../src/engine/pool.ts';

/**
 * A service that is killed by its test: starts a pool with `[entry, manifestPath, model]`, gives it the pictures on argv
 * as base64, and prints the engine's pid once they are on their way.
 */
const [, , entry = '', manifestPath = '', model = '', ...pictures] = process.argv;
let pid = 0;
const pool = createEnginePool({
  engines: 1,
  threadsPerEngine: 1,
  maxBatch: 4,
  manifestPaths: [manifestPath],
  provider: 'cpu',
  inputShape: 'auto',
  maxPixels: 1_000_000,
  formats: [],
  hangTimeoutMs: 60_000,
  log: {
    info: fields => {
      pid = (fields as { enginePid: number }).enginePid;
    },
    warn: () => {},
    error: () => {},
  },
  entry: new URL(entry, import.meta.url),
});
await pool.start();
for (const bytes of pictures) void pool.detect({ model, bytes: Buffer.from(bytes, 'base64'), options: {} });
setTimeout(() => process.stdout.write(`${pid}\n`), 100);
