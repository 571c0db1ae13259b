import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testPool, until } from './fake-pool.ts';

/** The system does not start the process of an engine. Node says so in two ways. */

const DELAYS_MS = [0, 250, 500, 1000];

test('out of descriptors: starts in vain with growing pauses, and an engine once there are some', async () => {
  const script = fileURLToPath(new URL('./out-of-descriptors.js', import.meta.url));
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    'ulimit -n 64 && exec "$0" "$1"',
    process.execPath,
    script,
  ]);
  const { died, looping, lives } = JSON.parse(stdout) as {
    died: { detail: string; reason: string; delayMs: number }[];
    looping: number;
    lives: number;
  };
  assert.deepEqual(
    died.map(({ delayMs }) => delayMs),
    DELAYS_MS,
  );
  assert.deepEqual(
    died.map(({ reason }) => reason),
    ['killed', 'crash', 'crash', 'crash'],
  );
  for (const { detail } of died.slice(1)) assert.match(detail, /^its process could not be started: spawn .* EMFILE$/);
  assert.deepEqual({ looping, lives }, { looping: 1, lives: 2 });
});

/** More than the kernel takes for one variable: Node's `fork` throws E2BIG. */
const TOO_LARGE = 'x'.repeat(200_000);

test('fork throws: starts in vain with growing pauses, and an engine once it does not', async t => {
  const { pool, logged, pids } = testPool(t);
  await pool.start();
  process.env.TOO_LARGE = TOO_LARGE;
  t.after(() => delete process.env.TOO_LARGE);
  const deaths = () => logged.filter(line => line.message.startsWith('engine died')).map(line => line.fields);
  process.kill(pids()[0]!, 'SIGKILL');
  await until(() => deaths().length === 4, 'three starts in vain');
  assert.deepEqual(
    deaths().map(({ delayMs }) => delayMs),
    DELAYS_MS,
  );
  for (const { detail } of deaths().slice(1)) {
    assert.match(String(detail), /^its process could not be started: spawn E2BIG$/);
  }
  assert.equal(pool.crashLooping(), 1);
  delete process.env.TOO_LARGE;
  await until(() => pool.anyReady(), 'the engine is back');
});

test('the first engine: the pool does not start, and says why', async t => {
  const { pool } = testPool(t);
  process.env.TOO_LARGE = TOO_LARGE;
  t.after(() => delete process.env.TOO_LARGE);
  await assert.rejects(pool.start(), /first engine could not start \(crash\): its process could not be started/);
});
