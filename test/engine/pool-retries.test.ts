import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { tell, testPool, until } from './fake-pool.ts';

/** What becomes of the pictures of an engine that dies. */

const UNAVAILABLE = { code: 'unavailable', retryAfterS: 1, message: /send it again/ };
const REFUSED = { code: 'unprocessable_image', message: /Engines have died of this picture/ };

/** A file that does not exist yet. */
function memory(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-retries-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'seen');
}

async function started(t: TestContext, engines: number, hangTimeoutMs = 10_000) {
  const made = testPool(t, { engines, hangTimeoutMs });
  await made.pool.start();
  await until(() => made.pool.states().ready === engines, 'all ready');
  return made;
}

for (const [engines, name] of [
  [1, 'the engine that replaces it'],
  [2, 'the other engine'],
] as const) {
  for (const state of ['not-begun', 'decoded'] as const) {
    test(`a picture that was ${state} when its engine died is answered by ${name}`, async t => {
      const { pool, events, restarts } = await started(t, engines);
      const answer = tell(pool, `${state} ${memory(t)}`);
      if (engines === 2) void tell(pool, 'wait 1'); // takes the other engine, so that the next lands beside
      const fatal = assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
      assert.match((await answer)!, /^inside/);
      await fatal;
      assert.deepEqual([events, restarts], [['retry'], ['crash']]);
      await until(() => pool.states().ready === engines, 'whole again');
      assert.equal(pool.freeSlots(), 3 * engines, 'nothing is left behind');
    });
  }
}

test('once: when the second engine dies as well, the picture fails', async t => {
  const { pool, events, pids } = await started(t, 1);
  const lost = assert.rejects(tell(pool, 'not-begun'), UNAVAILABLE);
  for (const order of ['exit 3', 'exit 4']) {
    await assert.rejects(tell(pool, order), UNAVAILABLE);
    await until(() => pool.anyReady(), 'replaced');
  }
  await lost;
  assert.deepEqual([events, pids().length], [['retry'], 3]);
});

test('not for a caller that has given up, or gives up while it waits', async t => {
  const { pool, events } = await started(t, 1);
  const [before, meanwhile] = [new AbortController(), new AbortController()];
  const early = assert.rejects(tell(pool, `not-begun ${memory(t)}`, before.signal), /left before/);
  const late = assert.rejects(tell(pool, `not-begun ${memory(t)}`, meanwhile.signal), /left later/);
  before.abort(new Error('left before'));
  await early;
  await assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
  await until(() => events.length === 1, 'one is to be retried');
  assert.equal(pool.freeSlots(), 0);
  meanwhile.abort(new Error('left later'));
  await late;
  await until(() => pool.anyReady(), 'replaced');
  assert.equal(pool.freeSlots(), 3);
  assert.deepEqual(events, ['retry']);
});

test('those that wait for an engine count: no other picture is taken in their place', async t => {
  const { pool } = await started(t, 1);
  const seen = memory(t);
  const both = ['a', 'b'].map(name => tell(pool, `not-begun ${seen}-${name}`));
  await assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
  await assert.rejects(tell(pool, 'say hello'), UNAVAILABLE);
  await Promise.all(both);
  assert.equal(await tell(pool, 'say hello'), 'hello');
});

test('close fails those that wait', async t => {
  const { pool } = await started(t, 1);
  const waits = assert.rejects(tell(pool, `not-begun ${memory(t)}`), { code: 'unavailable', message: /stopping/ });
  await assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
  await pool.close(0);
  await waits;
});

const killers = {
  'a native fault': 'signal SIGSEGV',
  abort: 'signal SIGABRT',
  'kill -9': 'signal SIGKILL',
  'a full heap': 'heap',
  'an endless loop': 'spin',
  'three bugs in a row': 'refuse internal',
};
for (const [name, order] of Object.entries(killers)) {
  test(`a picture that engines died of twice is refused: ${name}`, async t => {
    const { pool, restarts, events } = await started(t, 2, 400);
    const isBug = order === 'refuse internal';
    const first = isBug ? { code: 'internal' } : UNAVAILABLE;
    for (let round = 0; round < (isBug ? 6 : 1); round++) await assert.rejects(tell(pool, order), first);
    if (isBug) await until(() => restarts.length >= 2, 'replaced twice');
    else await assert.rejects(tell(pool, order), REFUSED, 'the second death tells');
    for (let round = 0; round < 5; round++) await assert.rejects(tell(pool, order), REFUSED);
    assert.equal(restarts.length, 2);
    assert.deepEqual(new Set(events), new Set(['refusal']));
    assert.equal(pool.quarantined(), 1);
    await until(() => pool.anyReady(), 'replaced');
    assert.equal(await tell(pool, 'say hello'), 'hello');
  });
}

test('ten copies at once cost two engines', async t => {
  const { pool, restarts } = await started(t, 2);
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => tell(pool, 'exit 3')));
  await until(() => pool.states().ready === 2, 'whole again');
  await Promise.allSettled(Array.from({ length: 4 }, () => tell(pool, 'exit 3')));
  const codes = outcomes.map(outcome => outcome.status === 'rejected' && outcome.reason.code);
  t.diagnostic(codes.join());
  assert.deepEqual(restarts, ['crash', 'crash']);
});

/** A pool of one engine, replaced after it died with the picture `beside` inside that did it no harm. */
async function suspecting(t: TestContext, beside: string) {
  const made = await started(t, 1);
  const lost = assert.rejects(tell(made.pool, beside), UNAVAILABLE);
  await assert.rejects(tell(made.pool, 'exit 3'), UNAVAILABLE);
  await lost;
  await until(() => made.pool.anyReady(), 'replaced');
  return made;
}

test('who was only beside is tried alone, and cleared', async t => {
  const beside = 'wait 50';
  const { pool, restarts } = await suspecting(t, beside);

  const order: string[] = [];
  const told = (text: string) => tell(pool, text).then(() => order.push(text));
  const running = told('wait 200');
  const both = [told(beside), told(beside)];
  assert.equal(pool.freeSlots(), 0, 'the engine is emptied for it');
  await assert.rejects(tell(pool, 'say hello'), UNAVAILABLE);
  await Promise.all([running, ...both]);
  assert.deepEqual(order, ['wait 200', beside, beside]);
  assert.equal(pool.freeSlots(), 3);
  const [slow, cleared] = [tell(pool, 'wait 150'), tell(pool, beside)];
  assert.equal(pool.freeSlots(), 1, 'it may be beside others again');
  await Promise.all([slow, cleared]);
  assert.deepEqual(restarts, ['crash']);
});

test('an engine that is emptied for a picture whose caller leaves takes others again', async t => {
  const { pool } = await suspecting(t, 'wait 50');

  const running = tell(pool, 'wait 500');
  const caller = new AbortController();
  const suspect = assert.rejects(tell(pool, 'wait 50', caller.signal), /left/);
  assert.equal(pool.freeSlots(), 0, 'the engine is emptied for it');
  caller.abort(new Error('left'));
  await suspect;
  assert.equal(pool.freeSlots(), 2);
  assert.equal(await tell(pool, 'say hello'), 'hello');
  await running;
});

test('a picture that has to be alone is, also when its caller leaves in the middle of it', async t => {
  const { pool } = await suspecting(t, 'wait 400');

  const caller = new AbortController();
  const start = performance.now();
  const suspect = assert.rejects(tell(pool, 'wait 400', caller.signal), /left/);
  caller.abort(new Error('left'));
  await suspect;
  assert.equal(pool.freeSlots(), 0, 'it may still be inside');
  await until(() => pool.freeSlots() === 3, 'it is out');
  t.diagnostic(`out after ${Math.round(performance.now() - start)} ms`);
});

test('the other engine serves while one is emptied', async t => {
  const { pool } = await started(t, 2);
  const beside = assert.rejects(tell(pool, 'wait 300'), UNAVAILABLE);
  const other = tell(pool, 'wait 20');
  const fatal = assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
  await Promise.all([beside, fatal, other]);
  await until(() => pool.states().ready === 2, 'whole again');
  const alone = [1, 2].map(() => tell(pool, 'wait 300'));
  assert.equal(pool.freeSlots(), 3, 'the slots of one engine');
  const more = [1, 2, 3].map(() => tell(pool, 'wait 300'));
  assert.equal(pool.freeSlots(), 1, 'two of them find no place in the slots of the other');
  for (let round = 0; round < 10; round++) assert.equal(await tell(pool, 'say hello'), 'hello');
  await Promise.all([...alone, ...more]);
  assert.equal(pool.freeSlots(), 6);
});

test('a crash loop is seen, and its end', async t => {
  const { pool } = await started(t, 1);
  await assert.rejects(tell(pool, 'exit 1'), UNAVAILABLE);
  await until(() => pool.anyReady(), 'replaced');
  assert.equal(pool.crashLooping(), 0, 'one death is none');
  await assert.rejects(tell(pool, 'exit 2'), UNAVAILABLE);
  assert.equal(pool.crashLooping(), 1);
  await until(() => pool.anyReady(), 'replaced after 250 ms');
  assert.equal(pool.crashLooping(), 1, 'it has shown nothing yet');
  await tell(pool, 'say hello');
  assert.equal(pool.crashLooping(), 0);
  await assert.rejects(tell(pool, 'exit 3'), UNAVAILABLE);
  assert.equal(pool.crashLooping(), 0, 'it had answered');
});
