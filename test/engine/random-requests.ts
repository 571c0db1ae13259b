import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type Admission, GIVEN_UP } from '../../src/admission/admission.ts';
import type { EnginePool } from '../../src/engine/pool-types.ts';
import type { EngineAnswer } from '../../src/engine/protocol.ts';
import type { ServiceError } from '../../src/errors.ts';
import { createBodyMemory } from '../../src/http/body-memory.ts';
import type { Chance } from '../support/random-history.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { createDeathBook } from './death-book.ts';
import type { SimulatedChild } from './simulated-child.ts';
import type { Inside } from './simulated-work.ts';

/** The least that `createBodyMemory` lends again. */
const BODY_BYTES = 64 * 1024;

interface Request {
  id: number;
  content: string;
  body: WeakRef<Buffer>;
  caller: AbortController;
  /** Until it is settled: what it was aborted with would keep the body, by the functions in its stack. */
  work: AbortSignal | undefined;
  deadlineAt: number;
  /** For so long the event loop had stood still before. */
  stalledBefore: number;
  /** To so many engines. */
  given: number;
  /** Its engine died while it was inside. */
  lost: number;
  /** What an engine has answered. */
  said: EngineAnswer['outcome'] | undefined;
  outcome?: string;
}

/** As the pool logs it. */
export interface Death {
  reason: string;
  detail: string;
  /** How many pictures. */
  suspects: number;
}

export interface RequestOptions {
  chance: Chance;
  clock: VirtualClock;
  admission: Admission;
  pool: EnginePool;
  deadlineMs: number;
  hangTimeoutMs: number;
  slotsPerEngine: number;
  closing: () => boolean;
}

/** Pictures of several clients, and what must hold of each at any time. */
export function createRandomRequests(options: RequestOptions) {
  const { chance, clock, admission, pool, deadlineMs, hangTimeoutMs, slotsPerEngine, closing } = options;
  const memory = createBodyMemory();
  const deaths = createDeathBook();
  const requests: Request[] = [];
  const byBody = new WeakMap<Buffer, Request>();
  // A picture that has to be alone in its engine.
  const alone = new WeakMap<SimulatedChild, number>();
  // The same, and those that a copy cleared in this very moment.
  const perhapsAlone = new WeakMap<SimulatedChild, number>();
  const contents = Array.from({ length: chance.whole(1, 8) }, (_, index) => `${anyVerb(chance)} #${index}`);

  const copies = chance.pick([0.2, 0.5, 0.95]);
  let stalledMs = 0;

  const open = () => requests.filter(({ outcome }) => outcome === undefined);

  function submit(): void {
    const caller = new AbortController();
    const pictures = chance.maybe(0.2) ? chance.whole(2, 4) : 1;
    const client = chance.whole(1, 3);
    const model = chance.pick(pool.models)?.name ?? 'a';
    for (let picture = 0; picture < pictures; picture++) submitOne(caller, client, model);
  }

  function submitOne(caller: AbortController, client: number, model: string): void {
    const content = chance.maybe(copies) ? chance.pick(contents) : `say #${requests.length + 100}`;
    const body = memory.take(BODY_BYTES);
    for (const other of open()) assert.notEqual(other.body.deref()?.buffer, body.buffer, 'no two have the same memory');
    body.fill(`${content};`);
    const request: Request = {
      id: requests.length,
      content,
      body: new WeakRef(body),
      caller,
      work: undefined,
      deadlineAt: performance.now() + deadlineMs,
      stalledBefore: stalledMs,
      given: 0,
      lost: 0,
      said: undefined,
    };
    requests.push(request);
    byBody.set(body, request);
    chance.note(`${performance.now()}: ${request.id} of ${client} arrives: ${content}`);
    const job = { model, bytes: body, options: {} };
    const work = (signal: AbortSignal) => {
      request.work = signal;
      return pool.detect(job, signal);
    };
    admission
      .submit(work, { signal: caller.signal, client })
      .then(
        ({ value }) => {
          // As http/detect.ts does.
          memory.giveBack(request.body.deref());
          // Again, when another may have it: it counts once.
          if (chance.maybe(0.1)) setTimeout(() => memory.giveBack(body), chance.between(0, 500));
          const { label } = value as unknown as { label: string };
          return label === content ? 'answer' : `the answer of ${label}`;
        },
        (error: ServiceError) => `${error.code}: ${error.message}`,
      )
      .then(outcome => chance.guard(() => settled(request, outcome)))
      .catch(() => {}); // `raise` throws it
  }

  function settled(request: Request, outcome: string): void {
    chance.note(`${performance.now()}: ${request.id} ends: ${outcome}`);
    assert.equal(request.outcome, undefined, 'settled once');
    const { work } = request;
    request.outcome = outcome;
    request.work = undefined;
    const { said, caller, lost, content } = request;
    const left = caller.signal.aborted;
    const lateMs = performance.now() - request.deadlineAt;
    assert.ok(lateMs <= stalledMs - request.stalledBefore, 'settled by its deadline');
    if (work) assert.equal(getEventListeners(work, 'abort').length, 0, 'nothing listens to it any more');
    const isOf = (code: string) => said?.ok === false && said.code === code;
    const deserved: Record<string, boolean> = {
      answer: said?.ok === true,
      deadline_exceeded: lateMs >= 0,
      overloaded: request.given === 0,
      internal: isOf('internal'),
      unprocessable_image: isOf('unprocessable_image') || deaths.of(content).refusable,
      // Lost once without having been begun, it is tried again.
      unavailable: left || lost > 1 || closing(),
    };
    assert.ok(deserved[outcome.split(':')[0]!], `${request.id} deserves its outcome`);
  }

  function given(child: SimulatedChild, id: number, bytes: Buffer): void {
    const request = byBody.get(bytes)!;
    chance.note(`${performance.now()}: ${request.id} is given to ${(child.process as { pid?: number }).pid}`);
    assert.equal(request.outcome, undefined, 'not given after it was settled');
    assert.ok(!request.work?.aborted, 'not given after its client has left');
    request.given += 1;
    assert.ok(request.given <= 2, 'given twice at most');
    assert.equal(request.given, request.lost + 1, 'given again only when its engine died');
    const pictures = [...child.inside.values()];
    const slots = pictures.filter(({ drawing }) => !drawing).length;
    assert.ok(slots <= slotsPerEngine, `${slots} pictures in an engine for ${slotsPerEngine}`);
    const { certain, suspect, wasSuspect } = deaths.of(request.content);
    assert.ok(certain < 2, `${request.content} has surely killed two engines`);
    if (suspect) assert.equal(pictures.length, 1, `${request.content} is suspected: it is given to an empty engine`);
    assert.ok(!child.inside.has(alone.get(child) ?? 0), 'nothing is put beside a picture that has to be alone');
    if (suspect) alone.set(child, id);
    if (wasSuspect && pictures.length === 1) perhapsAlone.set(child, id);
  }

  function read(bytes: Buffer, text: string): void {
    const { content } = byBody.get(bytes)!;
    assert.equal(text, content, 'nobody wrote over a picture on its way into an engine');
  }

  function answering(child: SimulatedChild, picture: Inside, outcome: EngineAnswer['outcome']): void {
    const request = byBody.get(picture.bytes!)!;
    request.said = outcome;
    const wanted = request.work !== undefined && !request.work.aborted;
    deaths.answering(child, picture, outcome, wanted);
  }

  /** Before its parent knows. */
  function dying(child: SimulatedChild): void {
    for (const { bytes } of child.inside.values()) byBody.get(bytes!)!.lost += 1;
  }

  function died(child: SimulatedChild, { reason, detail, suspects }: Death): void {
    if (detail.startsWith('a picture had no answer')) {
      assert.ok(child.keptLongestMs >= hangTimeoutMs, 'killed only for a picture that it has had for long');
    }
    assert.equal(suspects, deaths.died(child, reason), 'those that it had begun are suspected');
    for (const { bytes, state } of child.inside.values()) {
      const request = byBody.get(bytes!)!;
      if (reason === 'failing' || state === 'received' || state === 'waiting') continue;
      request.lost = 3; // never to be given again
    }
  }

  return {
    submit,
    given,
    read,
    answering,
    dying,
    died,
    open,

    /** Whether a picture may be inside that has to be alone in its engine: others like it wait for that engine. */
    anyAlone: (children: Iterable<SimulatedChild>) =>
      [...children].some(child => child.inside.has(perhapsAlone.get(child) ?? 0)),

    /** Taken by the pool, but in no engine. */
    between: (children: Iterable<SimulatedChild>) => {
      const inside = new Set([...children].flatMap(child => [...child.inside.values()].map(({ bytes }) => bytes)));
      return open().filter(({ work, body }) => work !== undefined && !inside.has(body.deref()));
    },

    /** A client leaves, or gives up what is left of its request. */
    leave(): void {
      if (open().length === 0) return;
      const { id, caller } = chance.pick(open());
      chance.note(`${performance.now()}: the client of ${id} leaves`);
      caller.abort(chance.maybe(0.3) ? GIVEN_UP : undefined);
    },

    /** The event loop stands still. */
    stall(): void {
      const ms = chance.between(0, 2 * deadlineMs);
      stalledMs += ms;
      clock.stall(ms);
    },

    /** What is still kept of bodies. Only after the garbage was collected. */
    kept: () => requests.filter(({ body }) => body.deref() !== undefined).map(({ id }) => id),
  };
}

function anyVerb(chance: Chance): string {
  return chance.pick([
    'say',
    'slow',
    'refuse',
    'bug',
    'draw',
    'stuck',
    'die decoding',
    'die running',
    'die annotating',
    'hang decoding',
    'hang running',
  ]);
}
