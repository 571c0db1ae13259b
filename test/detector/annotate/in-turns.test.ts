import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { inTurns, type Steps } from '../../../src/detector/annotate/in-turns.ts';

/** A clock that stands still but for what the steps take. */
function handMadeClock(t: TestContext) {
  const clock = { ms: 0 };
  t.mock.method(performance, 'now', () => clock.ms);
  return clock;
}

/** `count` steps of `ms` each; what they return is how many were done. */
function* steps(clock: { ms: number }, count: number, ms: number): Steps<number> {
  for (let done = 0; done < count; done++) {
    yield;
    clock.ms += ms;
  }
  return count;
}

/** How many turns the event loop has had since. */
function countTurns() {
  const turns = { had: 0, end: () => clearImmediate(next) };
  const count = () => {
    turns.had += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  return turns;
}

for (const [count, ms, least, most] of [
  [100, 5, 24, 26],
  [10, 50, 9, 11],
  [10, 0.5, 0, 0],
] as const) {
  test(`${count} steps of ${ms} ms: ${least} to ${most} turns of the event loop in between`, async t => {
    const clock = handMadeClock(t);
    const turns = countTurns();
    assert.equal(await inTurns(steps(clock, count, ms)), count);
    turns.end();
    assert.ok(turns.had >= least && turns.had <= most, `${turns.had} turns`);
  });
}

test('nothing more is done once nobody waits', async t => {
  const clock = handMadeClock(t);
  const gone = new AbortController();
  setImmediate(() => gone.abort(new Error('gone')));
  await assert.rejects(inTurns(steps(clock, 1000, 5), gone.signal), /gone/);
  assert.equal(clock.ms, 20, 'one turn');
});

test('what a step throws is thrown', async () => {
  const broken = function* (): Steps {
    yield;
    throw new Error('broken');
  };
  await assert.rejects(inTurns(broken()), /broken/);
});
