import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { type ErrorCode, ServiceError } from '../../src/errors.ts';
import { isAlive } from '../support/processes.ts';
import { tell, testPool, until } from './fake-pool.ts';

test('start resolves with the first engine; the others follow with the provider it took', async t => {
  const { pool, pids } = testPool(t, { engines: 3 });
  assert.deepEqual([pool.anyReady(), pool.freeSlots(), pool.models], [false, 0, []]);
  await pool.start();
  assert.deepEqual(pool.models, [{ name: 'fake', version: '1', provider: 'cuda', inputShape: 'fixed', sha256: '0' }]);
  assert.equal(await tell(pool, 'provider'), 'auto');
  await until(() => pool.states().ready === 3, 'three ready');
  const others = await Promise.all(['provider', 'provider', 'provider'].map(order => tell(pool, order)));
  assert.deepEqual(others.sort(), ['auto', 'cuda', 'cuda'], 'auto is decided once');
  assert.equal(new Set(pids()).size, 3);
});

const startFailures = {
  'a model that does not load': {
    manifest: 'fail|model.json: bins is missing.',
    expected: /load_failed.*bins is missing/,
  },
  'a crash, with what it said last': {
    manifest: 'complain and exit|libcudnn.so.9 not found',
    expected: /crash.*exited with 7.*libcudnn/,
  },
  'never ready': { manifest: 'never ready', expected: /hang.*not ready after 400 ms/ },
  'never ready, two models': { manifest: 'never ready,another', expected: /hang.*not ready after 800 ms/ },
};
for (const [name, { manifest, expected }] of Object.entries(startFailures)) {
  test(`start is refused: ${name}`, async t => {
    const { pool, restarts } = testPool(t, { engines: 2, manifestPaths: manifest.split(','), startTimeoutMs: 400 });
    await assert.rejects(pool.start(), expected);
    assert.deepEqual(pool.states(), { starting: 0, ready: 0, busy: 0, stopped: 2 });
    assert.deepEqual(restarts, [], 'nothing is tried again');
  });
}

test('pictures go to the engine with the fewest; what does not fit is refused', async t => {
  const { pool } = testPool(t, { engines: 2, maxBatch: 2 });
  await pool.start();
  await until(() => pool.states().ready === 2, 'both ready');
  assert.equal(pool.freeSlots(), 12, 'three batches of two in each of two engines');
  const slow = tell(pool, 'wait 300');
  assert.deepEqual([pool.freeSlots(), pool.states().busy], [11, 1]);
  const [busy, idle] = [await tell(pool, 'pid'), await tell(pool, 'pid')];
  assert.equal(busy, idle, 'the one without the slow picture');
  const rest = Array.from({ length: 11 }, () => tell(pool, 'wait 100'));
  assert.equal(pool.freeSlots(), 0);
  await assert.rejects(tell(pool, 'say hello'), { code: 'unavailable', retryAfterS: 1 });
  await Promise.all([slow, ...rest]);
  assert.deepEqual([pool.freeSlots(), pool.states().ready], [12, 2]);
});

test('a picture that is drawn, or waits for that, takes no slot', async t => {
  const { pool } = testPool(t, { engines: 1 });
  await pool.start();
  const freed = new Promise<void>(resolve => {
    pool.onFree(() => pool.freeSlots() === 3 && resolve());
  });
  const drawn = ['draw 600', 'draw 600', 'draw 600'].map(order => tell(pool, order));
  assert.equal(pool.freeSlots(), 0);
  await freed;
  assert.equal(pool.states().busy, 1, 'they are still inside');
  const start = performance.now();
  assert.equal(await tell(pool, 'say hello'), 'hello');
  assert.ok(performance.now() - start < 500, 'not after them');
  assert.deepEqual(await Promise.all(drawn), ['600', '600', '600']);
  assert.deepEqual([pool.freeSlots(), pool.states().ready], [3, 1]);
});

test('a picture that meets an idle pool is alone, and goes to the engine with the threads for it', async t => {
  const { pool } = testPool(t, { engines: 2, threadsWhenAlone: 4 });
  await pool.start();
  await until(() => pool.states().ready === 2, 'both ready');
  assert.equal(await tell(pool, 'alone'), 'true, 4 threads');
  const slow = tell(pool, 'wait 200');
  assert.equal(await tell(pool, 'alone'), 'false, 1 threads', 'the other engine was busy');
  await slow;
  assert.equal(await tell(pool, 'alone'), 'true, 4 threads');
});

test('what the first engine cannot keep the others do not try to', async t => {
  const { pool, pids } = testPool(t, { engines: 2, manifestPaths: ['cannot keep', 'large'] });
  await pool.start();
  await until(() => pids().length === 2, 'both ready');
  const slow = tell(pool, 'wait 200');
  assert.equal(await tell(pool, 'cannot-keep'), 'large', 'the second');
  await slow;
  assert.equal(await tell(pool, 'cannot-keep'), '', 'the first');
  process.kill(pids()[0]!, 'SIGKILL');
  await until(() => pids().length === 3, 'replaced');
  assert.equal(await tell(pool, 'cannot-keep'), 'large', 'the one in place of the first');
});

test('onFree is called when a picture leaves', async t => {
  const { pool } = testPool(t);
  let free: number[] = [];
  const unsubscribe = pool.onFree(() => free.push(pool.freeSlots()));
  await pool.start();
  assert.equal(free.at(-1), 3, 'ready');
  free = [];
  await Promise.all([tell(pool, 'say a'), tell(pool, 'say b')]);
  assert.deepEqual(free, [2, 3]);
  unsubscribe();
  await tell(pool, 'say c');
  assert.equal(free.length, 2);
});

const codes: ErrorCode[] = ['unsupported_media_type', 'unprocessable_image', 'invalid_request', 'internal'];
for (const code of codes) {
  test(`an engine's ${code} reaches the caller, its detail only the cause`, async t => {
    const { pool, restarts } = testPool(t);
    await pool.start();
    await assert.rejects(tell(pool, `refuse ${code}`), error => {
      assert.ok(error instanceof ServiceError);
      assert.deepEqual([error.code, error.message, error.cause], [code, 'for the caller', 'for the log']);
      return true;
    });
    assert.deepEqual(restarts, []);
  });
}

test('a model that is not there is a bug', async t => {
  const { pool } = testPool(t);
  await pool.start();
  const job = { model: 'other', bytes: Buffer.from('say x'), options: {} };
  await assert.rejects(pool.detect(job), { code: 'internal', message: /bug.*other/ });
});

test('a caller that gives up is answered at once; its slot stays taken until the engine has answered', async t => {
  const { pool } = testPool(t);
  await pool.start();
  const client = new AbortController();
  const given = tell(pool, 'wait 200', client.signal);
  const reason = new Error('gone');
  const start = performance.now();
  client.abort(reason);
  await assert.rejects(given, reason);
  assert.ok(performance.now() - start < 150);
  assert.equal(pool.freeSlots(), 2);
  assert.equal(await tell(pool, 'cancelled'), '1', 'the engine was told');
  await until(() => pool.freeSlots() === 3, 'slot free');
  await assert.rejects(tell(pool, 'say x', client.signal), reason);
  assert.equal(pool.freeSlots(), 3, 'aborted before it was sent');
});

test('answered pictures leave nothing behind', async t => {
  const { pool } = testPool(t, { maxBatch: 3 });
  await pool.start();
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const client = new AbortController();
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(Array.from({ length: 9 }, (_, i) => tell(pool, `say ${i}`, client.signal)));
  }
  assert.equal(pool.freeSlots(), 9);
  assert.equal(timers(), before);
  assert.equal(getEventListeners(client.signal, 'abort').length, 0);
});

test('engines yield to the service and get neither its secrets nor its switches', async t => {
  process.env.API_KEYS = 'secret';
  process.env.API_KEYS_FILE = '/secret';
  process.env.NODE_OPTIONS = '--no-warnings';
  t.after(() => {
    delete process.env.API_KEYS;
    delete process.env.API_KEYS_FILE;
    delete process.env.NODE_OPTIONS;
  });
  const { pool } = testPool(t);
  await pool.start();
  assert.equal(await tell(pool, 'env API_KEYS'), 'not set');
  assert.equal(await tell(pool, 'env API_KEYS_FILE'), 'not set');
  assert.equal(await tell(pool, 'env NODE_OPTIONS'), 'not set');
  assert.equal(await tell(pool, 'env ORT_DISABLE_TELEMETRY'), '1');
  assert.match((await tell(pool, 'env UV_THREADPOOL_SIZE')) ?? '', /^[23]$/);
  const expected = Math.max(5, getPriority());
  if (process.platform === 'linux') {
    assert.equal(await tell(pool, 'nice'), `${expected}`, 'every thread');
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
    assert.equal(Number(await tell(pool, 'oom-score')), Math.min(1000, own + 500), 'an engine goes before the service');
  }
});

test('close lets pictures finish, refuses new ones and leaves no process', async t => {
  const { pool, pids } = testPool(t, { engines: 2 });
  await pool.start();
  await until(() => pool.states().ready === 2, 'both ready');
  const inside = [tell(pool, 'wait 200'), tell(pool, 'wait 100')];
  const start = performance.now();
  const closed = pool.close(5000);
  assert.equal(pool.freeSlots(), 0);
  await assert.rejects(tell(pool, 'say late'), { code: 'unavailable' });
  assert.deepEqual(await Promise.all(inside), ['200', '100']);
  await closed;
  const ms = performance.now() - start;
  assert.ok(ms >= 190 && ms < 1500, `closed after ${ms} ms`);
  assert.deepEqual(pids().map(isAlive), [false, false]);
  assert.equal(pool.states().stopped, 2);
});

test('close kills what does not finish within its grace', async t => {
  const { pool, pids, restarts } = testPool(t);
  await pool.start();
  const failed = assert.rejects(tell(pool, 'spin'), { code: 'unavailable' });
  const start = performance.now();
  await pool.close(200);
  await failed;
  const ms = performance.now() - start;
  assert.ok(ms >= 190 && ms < 1500, `closed after ${ms} ms`);
  assert.deepEqual([pids().map(isAlive), restarts], [[false], []]);
});

test('close during start', async t => {
  const { pool } = testPool(t, { manifestPaths: ['never ready'] });
  const refused = assert.rejects(pool.start(), /told to stop/);
  await pool.close(1000);
  await refused;
});
