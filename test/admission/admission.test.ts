import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type AdmissionOptions, createAdmission, type RejectionReason } from '../../src/admission/admission.ts';
import { type ErrorCode, ServiceError } from '../../src/errors.ts';

/** An admission over `slots` places whose work ends when the test says so. */
function stage(t: TestContext, slots: number, more = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let clock = 0;
  const rejected: RejectionReason[] = [];
  const started: string[] = [];
  const aborted: string[] = [];
  const finish = new Map<string, { resolve(value: string): void; reject(error: unknown): void }>();
  let free = () => slots - finish.size;
  const options: AdmissionOptions = {
    capacity: 2,
    deadlineMs: 1000,
    freeSlots: () => free(),
    now: () => clock,
    onRejected: reason => rejected.push(reason),
    ...more,
  };
  const admission = createAdmission(options);
  return {
    admission,
    rejected,
    started,
    aborted,
    slots: (n: number) => {
      slots = n;
    },
    free: (count: () => number) => {
      free = count;
    },
    /** Time passes and timers fire. */
    pass: async (ms: number) => {
      clock += ms;
      t.mock.timers.tick(ms);
      await settle();
    },
    /** Time passes, timers do not fire: the event loop was blocked. */
    stall: (ms: number) => {
      clock += ms;
    },
    submit: (name: string, request = {}) =>
      admission.submit(signal => {
        started.push(name);
        signal.addEventListener('abort', () => aborted.push(name));
        return new Promise<string>((resolve, reject) => finish.set(name, { resolve, reject }));
      }, request),
    end: async (name: string, error?: Error) => {
      const work = finish.get(name);
      finish.delete(name);
      if (error) work?.reject(error);
      else work?.resolve(`${name} done`);
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

function rejectsWith(promise: Promise<unknown>, code: ErrorCode): Promise<ServiceError> {
  return promise.then(
    value => assert.fail(`expected ${code}, got ${JSON.stringify(value)}`),
    error => {
      assert.ok(error instanceof ServiceError, `expected a ServiceError, got ${error}`);
      assert.equal(error.code, code);
      return error;
    },
  );
}

test('work starts at once while slots are free, then first come first served', async t => {
  const s = stage(t, 2);
  const answers = ['a', 'b', 'c', 'd'].map(name => s.submit(name));
  assert.deepEqual(s.started, ['a', 'b']);
  assert.deepEqual([s.admission.inFlight, s.admission.depth], [2, 2]);
  await s.pass(30);
  await s.end('b');
  assert.deepEqual(s.started, ['a', 'b', 'c']);
  await s.pass(12);
  await s.end('c');
  await s.end('a');
  await s.end('d');
  assert.deepEqual(await Promise.all(answers), [
    { value: 'a done', queueMs: 0 },
    { value: 'b done', queueMs: 0 },
    { value: 'c done', queueMs: 30 },
    { value: 'd done', queueMs: 42 },
  ]);
  assert.deepEqual([s.admission.inFlight, s.admission.depth, s.rejected], [0, 0, []]);
});

test('a full queue refuses at once and says when to come back', async t => {
  const s = stage(t, 1, { deadlineMs: 10_000 });
  const first = s.submit('a');
  await s.pass(900);
  await s.end('a'); // the mean is now 0.9 s a picture
  await first;
  const accepted = ['b', 'c', 'd'].map(name => s.submit(name));
  assert.equal(s.admission.full(), true);
  assert.equal(s.admission.fill, 1);
  const error = await rejectsWith(s.submit('e'), 'overloaded');
  assert.equal(error.retryAfterS, 2, 'two waiting, one at a time, 0.9 s each');
  assert.deepEqual(s.rejected, ['queue_full']);
  await s.end('b');
  assert.equal(s.admission.full(), false);
  await s.end('c');
  await s.end('d');
  await Promise.all(accepted);
});

test('a picture that would be answered too late is refused, although the queue has room', async t => {
  const s = stage(t, 1, { capacity: 100 });
  const first = s.submit('a');
  await s.pass(300); // the mean; three in a row fit into the second of the deadline
  await s.end('a');
  await first;
  assert.equal(s.admission.fill, 0);
  const accepted = ['b', 'c', 'd'].map(name => s.submit(name));
  assert.equal(s.admission.full(), false, 'd waits for b and c: 0.9 s');
  assert.equal(s.admission.fill, 0.9);
  accepted.push(s.submit('e'));
  assert.equal(s.admission.full(), true);
  assert.equal(s.admission.fill, 1.2, 'of the second, not of the 100 places');
  await rejectsWith(s.submit('f'), 'overloaded');
  for (const name of ['b', 'c', 'd', 'e']) await s.end(name);
  await Promise.all(accepted);
});

test('clients take turns: who has one picture waits for one of each other client, not for all of theirs', async t => {
  const s = stage(t, 1, { capacity: 10 });
  const answers = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'].map(name => s.submit(name, { client: name[0] }));
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3', 'a4']) await s.end(name);
  await Promise.all(answers);
  assert.deepEqual(s.started, ['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
});

test('a full queue takes a client that has fewer in it, in the place of the last of whoever has most', async t => {
  const s = stage(t, 1, { capacity: 3 });
  const a = ['a1', 'a2', 'a3', 'a4'].map(name => s.submit(name, { client: 0 }));
  assert.deepEqual([s.admission.full(0), s.admission.full(1), s.admission.full()], [true, false, false]);
  await rejectsWith(s.submit('a5', { client: 0 }), 'overloaded');
  const b1 = s.submit('b1', { client: 1 });
  const displaced = await rejectsWith(a.pop()!, 'overloaded');
  assert.match(displaced.message, /other clients have fewer/);
  assert.equal(displaced.retryAfterS, 1);
  assert.deepEqual([s.admission.depth, s.admission.full(1), s.admission.full(2)], [3, true, false], 'a has 2, b 1');
  await rejectsWith(s.submit('b2', { client: 1 }), 'overloaded');
  const b3 = [s.submit('c1', { client: 2 }), rejectsWith(a.pop()!, 'overloaded')];
  assert.equal(s.admission.full(3), true, 'one each');
  for (const name of ['a1', 'a2', 'b1', 'c1']) await s.end(name);
  await Promise.all([...a, b1, ...b3]);
  assert.deepEqual(s.started, ['a1', 'a2', 'b1', 'c1']);
  assert.deepEqual(s.rejected, ['queue_full', 'displaced', 'queue_full', 'displaced']);
  assert.deepEqual(s.aborted, [], 'none that was worked on');
  assert.deepEqual([s.admission.depth, s.admission.inFlight], [0, 0]);
});

test('what would come too late because of another client’s pictures is taken in the place of one of them', async t => {
  const s = stage(t, 1, { capacity: 100 });
  const first = s.submit('a');
  await s.pass(300);
  await s.end('a');
  await first;
  const a = ['a1', 'a2', 'a3', 'a4'].map(name => s.submit(name, { client: 'a' }));
  assert.deepEqual([s.admission.full('a'), s.admission.full('b')], [true, false]);
  const b1 = s.submit('b1', { client: 'b' });
  await rejectsWith(a.pop()!, 'overloaded');
  for (const name of ['a1', 'a2', 'b1', 'a3']) await s.end(name);
  await Promise.all([...a, b1]);
  assert.deepEqual(s.started, ['a', 'a1', 'a2', 'b1', 'a3']);
});

test('who has pictures waiting beside others is refused by its turns: what cannot be reached before the deadline is not taken', async t => {
  const s = stage(t, 1, { capacity: 100 });
  const first = s.submit('a');
  await s.pass(190); // five in a row fit into the second of the deadline
  await s.end('a');
  await first;
  const work = ['a1', 'a2', 'a3', 'b1'].map(name => s.submit(name, { client: name[0] }));
  assert.equal(s.admission.fill, (4 * 190) / 1000, 'three wait: room is left');
  assert.equal(s.admission.full('a'), true, 'its third turn comes after two more of the other client');
  assert.equal(s.admission.full('b'), false, 'its second comes after one more of each');
  assert.equal(s.admission.full('c'), false);
  for (const name of ['a1', 'a2', 'b1', 'a3']) await s.end(name);
  await Promise.all(work);
});

test('one may wait however slow the work was, and quick work opens the queue again', async t => {
  const s = stage(t, 1, { capacity: 100, deadlineMs: 1000 });
  const first = s.submit('a');
  s.stall(1500); // longer than the deadline
  await s.end('a');
  await first;
  const accepted = [s.submit('b'), s.submit('c')];
  assert.equal(s.admission.full(), true);
  for (const name of ['b', 'c']) await s.end(name); // 0 ms each: the mean falls by a tenth each time
  for (let round = 0; round < 20; round++) {
    const quick = s.submit(`${round}`);
    await s.end(`${round}`);
    await quick;
  }
  accepted.push(s.submit('d'), s.submit('e'), s.submit('f'));
  assert.equal(s.admission.full(), false);
  for (const name of ['d', 'e', 'f']) await s.end(name);
  await Promise.all(accepted);
});

test('capacity 0 takes what can start and nothing else', async t => {
  const s = stage(t, 1, { capacity: 0 });
  assert.equal(s.admission.full(), false);
  const a = s.submit('a');
  assert.equal(s.admission.full(), true);
  await rejectsWith(s.submit('b'), 'overloaded');
  await s.end('a');
  assert.deepEqual(await a, { value: 'a done', queueMs: 0 });
});

test('no engine yet: requests wait, and poke starts as many as there are slots', async t => {
  const s = stage(t, 0);
  const answers = [s.submit('a'), s.submit('b')];
  s.admission.poke();
  assert.deepEqual(s.started, []);
  s.slots(1);
  s.admission.poke();
  assert.deepEqual(s.started, ['a']);
  s.slots(2);
  s.admission.poke();
  assert.deepEqual(s.started, ['a', 'b']);
  await s.end('a');
  await s.end('b');
  await Promise.all(answers);
});

test('the deadline covers queue and work, even work that hangs', async t => {
  const s = stage(t, 1);
  const working = rejectsWith(s.submit('hangs'), 'deadline_exceeded');
  await s.pass(400);
  const waiting = s.submit('waits');
  await s.pass(599);
  assert.deepEqual(s.rejected, []);
  await s.pass(1);
  await working;
  assert.deepEqual(s.aborted, ['hangs']);
  assert.deepEqual([s.admission.inFlight, s.admission.depth], [0, 1], 'the slot is still taken by what hangs');
  await s.pass(400);
  await rejectsWith(waiting, 'deadline_exceeded');
  assert.deepEqual(s.started, ['hangs'], 'the waiting one never starts');
  await s.end('hangs'); // ends at last: nobody is told twice
  assert.deepEqual(s.rejected, ['deadline', 'deadline']);
});

test('a picture that takes all that is free leaves the others waiting', async t => {
  const s = stage(t, 1);
  const a = s.submit('a');
  const waiting = ['takes all', 'b'].map(name => s.submit(name));
  const { started } = s;
  // Three slots come free at once, and are one engine's: it is emptied for the first of them.
  s.free(() => (started.includes('takes all') ? 0 : 3));
  s.admission.poke();
  assert.deepEqual(started, ['a', 'takes all']);
  s.free(() => 1);
  for (const name of ['a', 'takes all', 'b']) await s.end(name);
  await Promise.all([a, ...waiting]);
});

test('what passed its deadline while the event loop stood still is not started', async t => {
  const s = stage(t, 1);
  const a = s.submit('a');
  await s.pass(100);
  const dead = [rejectsWith(s.submit('b'), 'deadline_exceeded'), rejectsWith(s.submit('c'), 'deadline_exceeded')];
  s.stall(1001);
  const alive = s.submit('d').catch(error => error.code);
  await s.end('a');
  await Promise.all([a, ...dead]);
  assert.equal(await alive, 'overloaded', 'the queue was still full of the dead when d came');
  assert.deepEqual(s.started, ['a']);
  const e = s.submit('e');
  assert.deepEqual(s.started, ['a', 'e'], 'the slot was not lost');
  await s.end('e');
  await e;
});

test('a client that leaves', async t => {
  const cases = {
    'before it is submitted costs nothing': { leaves: 'before', started: ['a'], aborted: [] },
    'while it waits frees its place and never starts': { leaves: 'waiting', started: ['a'], aborted: [] },
    'while it is worked on aborts the work': { leaves: 'working', started: ['a', 'b'], aborted: ['b'] },
  };
  for (const [name, expected] of Object.entries(cases)) {
    await t.test(name, async t => {
      const s = stage(t, 1);
      const client = new AbortController();
      const a = s.submit('a');
      if (expected.leaves === 'before') client.abort();
      const gone = rejectsWith(s.submit('b', { signal: client.signal }), 'unavailable');
      if (expected.leaves === 'waiting') client.abort();
      assert.equal(s.admission.depth, expected.leaves === 'working' ? 1 : 0);
      await s.end('a');
      await a;
      if (expected.leaves === 'working') client.abort();
      await gone;
      assert.deepEqual([s.started, s.aborted, s.rejected], [expected.started, expected.aborted, ['client_gone']]);
      assert.equal(s.admission.inFlight, 0);
    });
  }
});

test('an answered request leaves nothing behind on its signal', async t => {
  const s = stage(t, 1);
  const client = new AbortController();
  const a = s.submit('a', { signal: client.signal });
  assert.equal(getEventListeners(client.signal, 'abort').length, 1);
  await s.end('a');
  await a;
  assert.equal(getEventListeners(client.signal, 'abort').length, 0);
  client.abort();
  await s.pass(5000);
  assert.deepEqual(s.rejected, []);
});

test('no timer outlives its request', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const admission = createAdmission({ capacity: 10, deadlineMs: 60_000, freeSlots: () => 1 });
  await Promise.all(Array.from({ length: 10 }, (_, i) => admission.submit(async () => i)));
  assert.equal(timers(), before);
});

test('work that fails, or throws before its first await, frees its place', async t => {
  const s = stage(t, 1);
  const failing = s.submit('a');
  const next = s.submit('b');
  await s.end('a', new ServiceError('unprocessable_image', 'no'));
  await rejectsWith(failing, 'unprocessable_image');
  assert.deepEqual(s.started, ['a', 'b']);
  await s.end('b');
  await next;
  const throwing = s.admission.submit(() => {
    throw new ServiceError('internal', 'bug');
  });
  await rejectsWith(throwing, 'internal');
  assert.equal(s.admission.inFlight, 0);
});

test('leaving says so and changes nothing else', async t => {
  const s = stage(t, 1);
  s.admission.leave();
  assert.deepEqual([s.admission.leaving, s.admission.draining], [true, false]);
  const answer = s.submit('a');
  await s.end('a');
  await answer;
});

test('drain resolves when what was accepted has ended, and lets in the pictures of requests that had begun', async t => {
  const s = stage(t, 1);
  const accepted = [s.submit('a'), s.submit('b')];
  let drained = false;
  const drain = s.admission.drain().then(() => {
    drained = true;
  });
  assert.deepEqual([s.admission.leaving, s.admission.draining], [true, true]);
  accepted.push(s.submit('c'));
  await s.end('a');
  await s.end('b');
  assert.equal(drained, false);
  await s.end('c');
  await Promise.all([...accepted, drain]);
  assert.equal(drained, true);
  await s.admission.drain(); // empty: resolves at once
});

test('ten thousand that died during one stall do not overflow the stack', async t => {
  const s = stage(t, 0, { capacity: 10_000 });
  const all = Array.from({ length: 10_000 }, (_, i) => s.submit(`${i}`).catch(error => error.code));
  s.stall(2000);
  s.slots(1);
  s.admission.poke();
  assert.deepEqual(new Set(await Promise.all(all)), new Set(['deadline_exceeded']));
  assert.equal(s.admission.depth, 0);
});
