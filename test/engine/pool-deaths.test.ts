import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { RestartReason } from '../../src/engine/pool-types.ts';
import { isAlive } from '../support/processes.ts';
import { tell, testPool, until } from './fake-pool.ts';

const deaths: Record<string, { order: string; reason: RestartReason; detail: RegExp }> = {
  'it exits': { order: 'exit 3', reason: 'crash', detail: /exited with 3/ },
  'a native fault': { order: 'signal SIGSEGV', reason: 'crash', detail: /SIGSEGV/ },
  'kill -9': { order: 'signal SIGKILL', reason: 'killed', detail: /SIGKILL/ },
  'its heap is full': { order: 'heap', reason: 'out_of_memory', detail: /heap out of memory/ },
  'it closes its channel': { order: 'disconnect', reason: 'crash', detail: /closed its channel/ },
  'it hangs in a loop': { order: 'spin', reason: 'hang', detail: /no answer after 1500 ms/ },
  'it never answers': { order: 'never', reason: 'hang', detail: /no answer after 1500 ms/ },
};
for (const [name, { order, reason, detail }] of Object.entries(deaths)) {
  test(`${name}: its pictures fail, others do not, and it is replaced`, async t => {
    const { pool, restarts, logged, pids } = testPool(t, { engines: 2, hangTimeoutMs: 1500 });
    await pool.start();
    await until(() => pool.states().ready === 2, 'both ready');
    const inOther = tell(pool, 'wait 400');
    const unavailable = { code: 'unavailable', retryAfterS: 1, message: /send it again/ };
    const beside = assert.rejects(tell(pool, 'never'), unavailable);
    const alsoInOther = tell(pool, 'wait 300');
    let died = 0;
    const fatal = assert.rejects(tell(pool, order), unavailable).then(() => {
      died = performance.now();
    });
    await Promise.all([fatal, beside]);
    await until(() => pids().length === 3, 'replaced');
    t.diagnostic(`replaced ${Math.round(performance.now() - died)} ms after its pictures failed`);
    assert.ok(performance.now() - died < 3000);
    assert.deepEqual(await Promise.all([inOther, alsoInOther]), ['400', '300']);
    assert.deepEqual(restarts, [reason]);
    assert.match(String(logged.find(line => line.message.startsWith('engine died'))?.fields.detail), detail);
    assert.equal(pids().filter(isAlive).length, 2);
    assert.equal(await tell(pool, 'say hello'), 'hello');
  });
}

test('an engine that answers others is not taken for hung until twice the time', async t => {
  const { pool, restarts } = testPool(t, { hangTimeoutMs: 1000 });
  await pool.start();
  const startedAt = performance.now();
  const kept = tell(pool, 'wait 1400');
  const busy = (async () => {
    while (performance.now() - startedAt < 1800) await tell(pool, 'wait 300');
  })();
  assert.equal(await kept, '1400', 'later than the time, and it was not killed');
  await busy;
  assert.deepEqual(restarts, []);

  const stuckAt = performance.now();
  const stuck = assert.rejects(tell(pool, 'never'), { code: 'unavailable' });
  while (restarts.length === 0) await tell(pool, 'wait 200').catch(() => {});
  await stuck;
  const ms = performance.now() - stuckAt;
  t.diagnostic(`stuck beside others: replaced after ${Math.round(ms)} ms`);
  assert.deepEqual(restarts, ['hang']);
  assert.ok(ms > 1900 && ms < 4000, `${ms} ms`);
});

test('an engine that says that it draws is not taken for hung, neither for what it draws nor for what waits for that', async t => {
  const { pool, restarts } = testPool(t, { hangTimeoutMs: 500 });
  await pool.start();
  const drawn = [tell(pool, 'draw-on 1500'), tell(pool, 'draw 1500')];
  assert.deepEqual(await Promise.all(drawn), ['1500', '1500']);
  assert.deepEqual(restarts, []);
});

test('what an engine answered before it died counts', async t => {
  const { pool } = testPool(t);
  await pool.start();
  const lost = assert.rejects(tell(pool, 'never'), { code: 'unavailable' });
  assert.equal(await tell(pool, 'answer-then-die done'), 'done');
  await lost;
});

test('three bugs in a row replace an engine; a success in between does not', async t => {
  const { pool, restarts } = testPool(t);
  await pool.start();
  const bug = () => assert.rejects(tell(pool, 'refuse internal'), { code: 'internal' });
  await bug();
  await bug();
  await tell(pool, 'say fine');
  await bug();
  await bug();
  await assert.rejects(tell(pool, 'refuse unprocessable_image'), { code: 'unprocessable_image' });
  await bug();
  await bug();
  assert.deepEqual(restarts, []);
  const leaving = new AbortController();
  const left = assert.rejects(tell(pool, 'until-cancelled', leaving.signal), /left/);
  leaving.abort(new Error('left'));
  await left;
  assert.equal(pool.freeSlots(), 2, 'the engine has not answered yet');
  await until(() => pool.freeSlots() === 3, 'it has let go of it, which says nothing of it');
  await bug();
  await until(() => restarts.length === 1, 'replaced');
  assert.deepEqual(restarts, ['failing']);
  await until(() => pool.anyReady(), 'ready again');
  assert.equal(await tell(pool, 'say hello'), 'hello');
});

test('three pictures in a row that get no memory replace an engine, and none of them is to blame', async t => {
  const { pool, restarts, events, logged, pids } = testPool(t);
  await pool.start();
  const short = () =>
    assert.rejects(tell(pool, 'short'), { code: 'unavailable', retryAfterS: 1, cause: 'std::bad_alloc' });
  await short();
  await short();
  await tell(pool, 'say fine');
  await short();
  await short();
  await assert.rejects(
    tell(pool, 'refuse internal'),
    { code: 'internal' },
    'a bug is no sign that there is memory again',
  );
  assert.deepEqual(restarts, []);
  const inside = tell(pool, 'wait 300');
  await short();
  await until(() => restarts.length === 1, 'replaced');
  assert.deepEqual(restarts, ['out_of_memory']);
  assert.match(await inside.then(String), /300/, 'what was inside is answered by the next');
  assert.deepEqual(events, ['retry']);
  const lines = logged.filter(({ message }) => message === 'engine short of memory').map(({ fields }) => fields);
  assert.deepEqual(lines, Array(5).fill({ engine: 1, detail: 'std::bad_alloc' }));
  const death = logged.find(({ message }) => message === 'engine died; replacing it')!.fields;
  assert.deepEqual([death.detail, death.suspects], ['3 pictures in a row got no memory', 0]);

  for (let round = 0; round < 3; round++) await short();
  await until(() => pids().length === 3, 'replaced again');
  await short();
  assert.equal(pool.quarantined(), 0);
  assert.deepEqual(new Set(events), new Set(['retry']), 'no picture is refused');
});

test('one that cannot load again is tried with growing pauses, and close ends the trying', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-engine-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const memory = path.join(folder, 'started');
  const { pool, restarts, logged } = testPool(t, { manifestPaths: [`ready once|${memory}`] });
  await pool.start();
  await assert.rejects(tell(pool, 'exit 1'), { code: 'unavailable' });
  await until(() => restarts.length === 3, 'three restarts');
  assert.deepEqual(restarts, ['crash', 'load_failed', 'load_failed']);
  const delays = logged.filter(line => line.message.startsWith('engine died')).map(line => line.fields.delayMs);
  assert.deepEqual(delays, [0, 250, 500]);
  assert.equal(pool.anyReady(), false);
  await assert.rejects(tell(pool, 'say x'), { code: 'unavailable' });
  await pool.close(0);
  const lines = logged.length;
  await new Promise(resolve => setTimeout(resolve, 1000));
  assert.equal(logged.length, lines, 'no engine is started any more');
});

test('an engine that loaded other models than the first does not serve', async t => {
  const { pool, restarts, logged } = testPool(t, { engines: 2, manifestPaths: ['other model every time'] });
  await pool.start();
  await until(() => restarts.length > 0, 'refused');
  assert.deepEqual([restarts[0], pool.states().ready], ['load_failed', 1]);
  assert.match(String(logged.at(-1)?.fields.detail), /start the service again/);
});
