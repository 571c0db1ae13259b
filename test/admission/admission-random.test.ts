import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createAdmission, GIVEN_UP, type RejectionReason } from '../../src/admission/admission.ts';
import type { ServiceError } from '../../src/errors.ts';
import { type Chance, testRandomly } from '../support/random-history.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

/** Admission over slots that come and go, through hundreds of random lives. What has to hold after every step is in `check`. */

const STEPS = 80;

interface Request {
  id: number;
  client: number;
  caller: AbortController;
  submittedAt: number;
  /** The clock's stalls before: a timer cannot fire during one. */
  stalledBefore: number;
  starts: number;
  work?: { signal: AbortSignal; resolve(id: number): void; reject(error: Error): void } | undefined;
  /** What `work` was told to end with. */
  said?: 'answer' | 'error';
  outcome?: string;
}

const CODES: Record<RejectionReason, string> = {
  queue_full: 'overloaded',
  displaced: 'overloaded',
  deadline: 'deadline_exceeded',
  client_gone: 'unavailable',
  given_up: 'unavailable',
};

function stage(chance: Chance, clock: VirtualClock) {
  const capacity = chance.whole(1, 6);
  const deadlineMs = chance.whole(50, 1000);
  const clients = chance.whole(1, 4);
  let slots = chance.whole(0, 4);
  let stalledMs = 0;
  let takenSlots = 0;
  const requests: Request[] = [];
  const rejected: RejectionReason[] = [];
  // The moments since when clients wait for their turn, as numbers in order.
  const turnsSince = new Map<number, number>();
  let moment = 0;
  // A stall took the time of a picture of theirs: whether that was passed over in its turn cannot be seen.
  const turnUnknown = new Set<number>();
  let draining = false;
  let drainedWith: number | undefined;

  const freeSlots = () => slots - takenSlots;
  const admission = createAdmission({ capacity, deadlineMs, freeSlots, onRejected: reason => rejected.push(reason) });
  const open = () => requests.filter(({ outcome }) => outcome === undefined);
  const overdue = ({ submittedAt }: Request) => clock.now >= submittedAt + deadlineMs;
  const unstarted = () => open().filter(({ starts }) => starts === 0);
  const waiting = () => unstarted().filter(request => !overdue(request));
  const inside = () => requests.filter(({ work }) => work !== undefined);
  const waitingOf = (client: number) => waiting().filter(request => request.client === client);

  function started(request: Request, signal: AbortSignal): Promise<number> {
    chance.note(`${clock.now}: ${request.id} of ${request.client} starts`);
    request.starts += 1;
    assert.equal(request.starts, 1, 'started once');
    assert.equal(request.outcome, undefined, 'not started after its answer');
    assert.ok(freeSlots() > 0, 'started in a free slot');
    const [oldest] = [...waitingOf(request.client), request].sort((a, b) => a.id - b.id);
    assert.equal(oldest, request, 'the pictures of one client keep their order');
    const since = turnUnknown.delete(request.client) ? 0 : turnsSince.get(request.client)!;
    for (const { client } of waiting()) {
      assert.ok(turnUnknown.has(client) || turnsSince.get(client)! >= since, `it was the turn of ${client}`);
    }
    turnsSince.set(request.client, ++moment);
    takenSlots += 1;
    return new Promise((resolve, reject) => {
      request.work = { signal, resolve, reject };
    });
  }

  function submit(): void {
    const request: Request = {
      id: requests.length,
      client: chance.whole(1, clients),
      caller: new AbortController(),
      submittedAt: clock.now,
      stalledBefore: stalledMs,
      starts: 0,
    };
    const { id, client, caller } = request;
    chance.note(`${clock.now}: ${id} of ${client} arrives; ${waiting().length} wait, ${freeSlots()} slots are free`);
    const before = { depth: admission.depth, free: freeSlots(), fill: admission.fill };
    const placesOf = (one: number) => unstarted().filter(request => request.client === one).length;
    const own = placesOf(client);
    const most = Math.max(0, ...unstarted().map(other => placesOf(other.client)));
    const full = admission.full(client);
    if (own === 0) turnsSince.set(client, ++moment);
    if (own === 0) turnUnknown.delete(client);
    requests.push(request);
    const rejectedBefore = rejected.length;
    admission
      .submit(signal => chance.guard(() => started(request, signal)), { signal: caller.signal, client })
      .then(
        ({ value, queueMs }) => {
          assert.equal(value, id, 'its own answer');
          assert.ok(queueMs >= 0 && queueMs <= deadlineMs);
          return 'answer';
        },
        (error: ServiceError) => error.code ?? error.message,
      )
      .then(outcome => chance.guard(() => settled(request, outcome)))
      .catch(() => {}); // `check` raises it
    const reasons = rejected.slice(rejectedBefore).filter(reason => reason !== 'deadline');
    assert.equal(reasons.includes('queue_full'), full, 'refused if, and only if, it was said to be full');
    if (full) assert.ok(before.free <= 0 || before.depth > 0, 'not refused while a slot is free');
    if (full && before.fill < 1) assert.ok(own > 0, 'not refused while there is room and nothing of its own waits');
    if (reasons.includes('displaced')) assert.ok(most > own + 1, 'a place is taken from a client that has more alone');
    if (!full && before.fill < 1) assert.deepEqual(reasons, [], 'nobody displaced while there is room');
    if (full) assert.ok(admission.retryAfterS() >= 1 && admission.retryAfterS() <= 60);
  }

  function settled(request: Request, outcome: string): void {
    chance.note(`${clock.now}: ${request.id} ends: ${outcome}`);
    assert.equal(request.outcome, undefined, 'settled once');
    request.outcome = outcome;
    const { signal } = request.caller;
    assert.equal(getEventListeners(signal, 'abort').length, 0, 'nothing listens to its client any more');
    if (outcome === 'answer' || outcome === 'error') assert.equal(request.said, outcome);
    if (outcome === 'unavailable') assert.ok(signal.aborted, 'its client has gone');
    const latest = request.submittedAt + deadlineMs + stalledMs - request.stalledBefore;
    assert.ok(clock.now <= latest, 'settled by its deadline');
    if (outcome === 'deadline_exceeded') assert.ok(clock.now >= request.submittedAt + deadlineMs, 'not before it');
    const work = request.work?.signal;
    if (work) assert.equal(work.aborted, request.said === undefined, 'work is told if, and only if, it is given up');
  }

  function leave(): void {
    if (open().length === 0) return;
    const request = chance.pick(open());
    chance.note(`${clock.now}: the client of ${request.id} leaves`);
    request.caller.abort(chance.maybe(0.3) ? GIVEN_UP : undefined);
  }

  /** Work ends, perhaps long after it was given up. */
  function endOne(): void {
    if (inside().length === 0) return;
    const request = chance.pick(inside());
    const { resolve, reject } = request.work!;
    if (request.outcome === undefined) request.said = chance.maybe(0.8) ? 'answer' : 'error';
    if (request.said === 'answer') resolve(request.id);
    else reject(new Error('error'));
    request.work = undefined;
    takenSlots -= 1;
    admission.poke();
  }

  function step(): Promise<void> | void {
    const kind = chance.between(0, 1);
    if (kind < 0.4) return submit();
    if (kind < 0.5) return leave();
    if (kind < 0.75) return endOne();
    if (kind < 0.8) {
      slots = chance.whole(0, 4);
      return admission.poke();
    }
    if (kind < 0.84) {
      const ms = chance.between(1, deadlineMs);
      stalledMs += ms;
      clock.stall(ms);
      for (const request of open()) if (overdue(request)) turnUnknown.add(request.client);
    }
    if (kind < 0.85) return drain();
    return clock.pass(chance.between(0, deadlineMs / 4), check);
  }

  function drain(): void {
    if (draining) return;
    draining = true;
    chance.note(`${clock.now}: drain`);
    void admission.drain().then(() => {
      drainedWith = admission.depth + admission.inFlight;
    });
  }

  function check(): void {
    chance.raise();
    const waits = unstarted().length;
    assert.equal(admission.depth, waits, 'depth is what waits');
    assert.equal(admission.inFlight, open().length - waits, 'in flight is what is worked on and waited for');
    assert.ok(admission.depth <= capacity, 'no more than the capacity waits');
    assert.ok(waits === 0 || freeSlots() <= 0, 'nothing waits while a slot is free');
    if (waits === 0) assert.equal(admission.fill, 0);
    assert.equal(clock.pending, open().length, 'each has its timer, and nobody else has one');
    for (const { caller, id } of open()) assert.ok(!caller.signal.aborted, `${id} has gone and is let go`);
    if (draining && open().length === 0) assert.equal(drainedWith, 0, 'the drain ends when nothing is left');
    else if (!draining) assert.equal(drainedWith, undefined);
  }

  async function end(): Promise<void> {
    if (chance.maybe(0.5)) drain();
    await clock.pass(deadlineMs + 1, check);
    assert.deepEqual(open(), [], 'everybody has an answer');
    assert.deepEqual([admission.depth, admission.inFlight, admission.fill], [0, 0, 0]);
    assert.equal(clock.pending, 0, 'no timer is left');
    const counted = (codes: string[]) => codes.sort().join();
    const codes = requests
      .map(({ outcome }) => outcome!)
      .filter(outcome => outcome !== 'answer' && outcome !== 'error');
    assert.equal(counted(rejected.map(reason => CODES[reason])), counted(codes), 'each rejection is counted once');
  }

  return { step, check, end };
}

testRandomly(
  'whatever happens to whom, each request is settled once, in its turn and by its deadline',
  400,
  async (chance, clock) => {
    const { step, check, end } = stage(chance, clock);
    for (let steps = 0; steps < STEPS; steps++) {
      await step();
      await clock.settle();
      check();
    }
    await end();
  },
);
