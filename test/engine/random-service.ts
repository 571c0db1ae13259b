import assert from 'node:assert/strict';
import { createAdmission } from '../../src/admission/admission.ts';
import { createEnginePool } from '../../src/engine/pool.ts';
import type { EngineModel } from '../../src/engine/protocol.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import type { Chance } from '../support/random-history.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { createRandomRequests, type Death } from './random-requests.ts';
import { type Mood, type SimulatedChild, simulatedChild } from './simulated-child.ts';
import { simulateForks } from './simulated-forks.ts';

const MODELS = ['a', 'b'].map((name): EngineModel => {
  return { name, version: '1', provider: 'cpu', inputShape: 'fixed', sha256: '0' };
});
const BATCHES_INSIDE = 3;
const START_TIMEOUT_MS = 3000;
/** Seldom, for it takes longer than the life of a service. */
const LOOKS_AT_MEMORY = 0.05;

/** Admission over a pool of simulated engines, wired as in `service.ts`. */
export function createRandomService(chance: Chance, clock: VirtualClock) {
  const engines = chance.whole(1, 3);
  const maxBatch = chance.whole(1, 3);
  const capacity = chance.whole(1, 8);
  const deadlineMs = chance.pick([300, 1000, 4000]);
  const hangTimeoutMs = chance.pick([500, 2000]);
  const wildness = chance.pick([0, 0.1, 0.5]);
  const slotsPerEngine = BATCHES_INSIDE * maxBatch;
  const children = new Set<SimulatedChild>();
  let ending: SimulatedChild | undefined;
  let started = false;
  let calm = false; // nothing goes wrong any more
  let closing = false;

  function anyMood(): Mood {
    const wild = (often = 1) => !calm && chance.maybe(wildness * often);
    const mood: Mood = {
      start: 'ready',
      repeats: calm ? 0 : wildness,
      diesAfterMs: wild(0.2) ? 6000 : chance.between(0, 3),
    };
    if (wild(started ? 1 : 0.3)) mood.start = chance.pick(['ready late', 'never ready', 'fail', 'exit']);
    else if (started && wild(0.3)) mood.start = 'other models';
    if (wild()) mood.endsAfterMs = chance.between(0, 4000);
    if (wild(0.3)) mood.hangsAfterMs = chance.between(0, 4000);
    if (wild(0.3)) mood.closesAfterMs = chance.between(0, 4000);
    return mood;
  }

  const restore = simulateForks(progressFd => {
    if (!calm && chance.maybe(wildness * (started ? 0.3 : 0.1)))
      return chance.pick(['throws', 'never started'] as const);
    const mood = anyMood();
    chance.note(`${clock.now}: an engine is launched: ${JSON.stringify(mood)}`);
    const child = simulatedChild(chance, {
      mood,
      models: MODELS,
      maxBatch,
      progressFd,
      events: {
        given: (...what) => chance.guard(() => requests.given(...what)),
        read: (...what) => chance.guard(() => requests.read(...what)),
        answering: (...what) => chance.guard(() => requests.answering(...what)),
        ending(dead, tell) {
          ending = dead;
          requests.dying(dead);
          tell();
          ending = undefined;
          children.delete(dead);
        },
      },
    });
    children.add(child);
    return child;
  });

  const pool = createEnginePool({
    engines,
    threadsPerEngine: 1,
    maxBatch,
    manifestPaths: ['model'],
    provider: 'auto',
    inputShape: 'auto',
    maxPixels: 1,
    formats: [],
    hangTimeoutMs,
    startTimeoutMs: START_TIMEOUT_MS,
    log: {
      info: () => {},
      warn: () => {},
      error(fields) {
        chance.note(`${clock.now}: ${JSON.stringify(fields)}`);
        if (ending !== undefined) chance.guard(() => requests.died(ending!, fields as Death));
      },
    },
  });
  const admission = createAdmission({ capacity, deadlineMs, freeSlots: () => pool.freeSlots() });
  pool.onFree(() => admission.poke());
  const requests = createRandomRequests({
    chance,
    clock,
    admission,
    pool,
    deadlineMs,
    hangTimeoutMs,
    slotsPerEngine,
    closing: () => closing,
  });

  function check(): void {
    chance.raise();
    const { starting, ready, busy, stopped } = pool.states();
    assert.equal(starting + ready + busy + stopped, engines);
    assert.ok(admission.depth <= capacity, 'no more than the capacity waits');
    assert.equal(admission.depth + admission.inFlight, requests.open().length, 'all that are not settled are counted');
    const free = pool.freeSlots();
    assert.ok(free >= 0 && free <= (ready + busy) * slotsPerEngine, `${free} free slots`);
    assert.ok(admission.depth === 0 || free === 0, 'nothing waits while a slot is free');
    if (ready > 0 && (busy === 0 || !requests.anyAlone(children))) {
      assert.deepEqual(requests.between(children), [], 'no picture waits for an engine while one is idle');
    }
  }

  return {
    check,
    restore,

    /** Whether it could, and was let. */
    async start(): Promise<boolean> {
      let outcome = '';
      void pool.start().then(
        () => {
          outcome = 'started';
        },
        () => {
          outcome = 'failed';
        },
      );
      const isStopped = chance.maybe(0.1);
      if (isStopped) {
        await clock.pass(chance.between(0, 150));
        void pool.close(0);
      }
      await clock.pass(START_TIMEOUT_MS + 10_000);
      assert.notEqual(outcome, '', 'the start has come to its end');
      started = outcome === 'started' && !isStopped;
      if (started) return true;
      assert.equal(clock.pending, 0, 'no timer is left');
      assert.equal(children.size, 0, 'no engine is left');
      return false;
    },

    /** Something happens. */
    act(): void {
      const kind = chance.between(0, 1);
      if (kind < 0.8) requests.submit();
      else if (kind < 0.95) requests.leave();
      else if (kind < 0.98) requests.stall();
      else chance.pick([...children, undefined])?.process.emit('error', new Error('on purpose'));
    },

    /** Nothing more happens: everything comes to an end, every engine comes back. */
    async rest(): Promise<void> {
      calm = true;
      await clock.pass(deadlineMs, check);
      assert.deepEqual(requests.open(), [], 'everybody has an answer');
      await clock.pass(60_000, check);
      assert.deepEqual(pool.states(), { starting: 0, ready: engines, busy: 0, stopped: 0 });
      assert.deepEqual([admission.depth, admission.inFlight, admission.fill], [0, 0, 0]);
      assert.equal(pool.freeSlots(), engines * slotsPerEngine, 'no slot is taken');
      for (const { inside } of children) assert.equal(inside.size, 0, 'no picture is inside');
      if (!chance.maybe(LOOKS_AT_MEMORY)) return;
      if (!(await collectGarbage(() => requests.kept().length === 0)))
        assert.deepEqual(requests.kept(), [], 'no body is kept');
    },

    /** As `drain.ts` does, with pictures that are still on their way. */
    async close(): Promise<void> {
      calm = chance.maybe(0.5);
      for (let more = chance.whole(0, 10); more > 0; more--) requests.submit();
      let drained = false;
      let closed = false;
      void admission.drain().then(() => {
        drained = true;
      });
      await clock.pass(chance.maybe(0.5) ? deadlineMs : chance.between(0, deadlineMs), check);
      if (requests.open().length === 0) assert.ok(drained, 'the drain ends when nothing is left');
      closing = true;
      const graceMs = chance.between(0, 2000);
      void pool.close(graceMs).then(() => {
        closed = true;
      });
      await clock.pass(graceMs + 1);
      const { starting, ready, busy } = pool.states();
      assert.equal(starting + ready + busy, 0, 'after its grace every engine is told to go');
      await clock.pass(5000);
      assert.ok(closed, 'closed after its grace and the end of its engines');
      await clock.pass(deadlineMs + 10_000);
      chance.raise();
      assert.ok(drained, 'the drain ends');
      assert.deepEqual(requests.open(), [], 'everybody has an answer');
      assert.equal(children.size, 0, 'no engine is left');
    },
  };
}
