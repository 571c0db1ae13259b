import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../bench/chaos/exchange.ts';
import { type Circumstances, judgeExchange } from '../../../bench/chaos/judge-exchange.ts';

const AT = 1_000_000;

/** A picture that was answered after 80 ms. */
const ANSWERED: Exchange = {
  ...{ id: 'a', what: 'raw /detect', expected: 'known', begunAt: AT, sentAt: AT, endedAt: AT + 80, status: 200 },
  ...{ refusals: [], flaws: [], left: false, readLate: false, slowBody: false, unlogged: false, shared: false },
  pictures: 1,
};

/** Nothing goes on, and the log says of every request what `said` is. */
function quiet(said: number[], { deaths = 0, serving = 2, paused = 0, shortages = 0 } = {}): Circumstances {
  return {
    log: {
      ...{ events: [], requests: new Map(), unexpected: [] },
      statusesOf: () => said,
      fewestServing: () => serving,
      deathsWithin: () => Array(deaths).fill({ at: AT, what: 'died', engine: 1, delayMs: 0, serving: 1 }),
      shortagesWithin: () => shortages,
    },
    pauses: { add: () => {}, within: () => paused, stop: () => {} },
    ...{ deadlineMs: 3000, bodyTimeoutMs: 4000, slots: 6, stoppingAt: undefined },
    disturbed: () => false,
    underWay: () => 3,
  };
}

function refused(status: number, detail: string, more: Partial<Exchange> = {}): Exchange {
  return { ...ANSWERED, status, detail, retryAfter: '1', ...more };
}

const FULL = 'Every engine is busy and the queue is full; send the picture again later.';
const LOST = 'The engine that had this picture stopped before it answered; send it again.';
const NONE = 'No engine is alive; one is being started.';
const SHORT = 'The engine had too little memory for this picture; send it again.';
const LATE = 'The picture was not answered within its deadline.';
const DIED = 'Engines have died of this picture; it is not tried again for now.';
const after = (ms: number) => ({ endedAt: AT + ms });

const LATE_BODY: Circumstances = { ...quiet([408]), deadlineMs: 5000 };

const CASES: [name: string, exchange: Exchange, circumstances: Circumstances, found: RegExp | undefined][] = [
  ['an answer', ANSWERED, quiet([200]), undefined],
  ['another answer', { ...ANSWERED, flaws: ['another answer for picture 0'] }, quiet([200]), /another answer/],
  ['an answer that came late', { ...ANSWERED, ...after(4000) }, quiet([200]), /late by \d+ ms/],
  ['the same while the service stood still', { ...ANSWERED, ...after(4000) }, quiet([200], { paused: 900 }), undefined],
  ['the same to who reads late', { ...ANSWERED, ...after(4000), readLate: true }, quiet([200]), undefined],
  ['an answer that was logged twice', ANSWERED, quiet([200, 200]), /2 lines in the log/],
  ['an answer that was not logged', ANSWERED, quiet([]), /200 was received, nothing logged/],
  ['another status than was logged', ANSWERED, quiet([499]), /200 was received, 499 logged/],
  [
    'what must be refused and is not',
    { ...ANSWERED, expected: 'refusal' },
    quiet([200]),
    /200 where it must be refused/,
  ],
  ['no answer', { ...ANSWERED, status: undefined! }, quiet([200]), /no answer; 200 was logged/],
  ['no answer to who left', { ...ANSWERED, status: undefined!, left: true }, quiet([499]), undefined],
  ['no answer at the end', { ...ANSWERED, status: undefined! }, { ...quiet([]), stoppingAt: AT + 50 }, undefined],
  ['a lost one at the end', { ...ANSWERED, status: undefined! }, { ...quiet([200]), stoppingAt: AT }, /no answer/],
  ['429 with room', refused(429, FULL), quiet([429]), /there was room/],
  ['429 in a crowd', refused(429, FULL), { ...quiet([429]), underWay: () => 80 }, undefined],
  ['429 after a fault', refused(429, FULL), { ...quiet([429]), disturbed: () => true }, undefined],
  [
    '429 without Retry-After',
    refused(429, FULL, { retryAfter: undefined! }),
    { ...quiet([429]), underWay: () => 80 },
    /429 with Retry-After undefined/,
  ],
  ['503 although no engine died', refused(503, LOST), quiet([503]), /no engine died/],
  ['503 as one died', refused(503, LOST), quiet([503], { deaths: 1 }), undefined],
  [
    '503 for want of engines, of which there is one',
    refused(503, NONE),
    quiet([503], { serving: 1 }),
    /an engine served/,
  ],
  ['503 for want of engines', refused(503, NONE), quiet([503], { serving: 0 }), undefined],
  ['503 for want of memory, of which there was enough', refused(503, SHORT), quiet([503]), /no engine was short of it/],
  ['503 for want of memory', refused(503, SHORT), quiet([503], { shortages: 1 }), undefined],
  ['503 of a stop that was not', refused(503, 'The service is shutting down.'), quiet([503]), /nobody told it to/],
  ['504 before the deadline', refused(504, LATE), { ...quiet([504]), disturbed: () => true }, /before the deadline/],
  ['504 for nothing', refused(504, LATE, after(3050)), quiet([504]), /nothing held it up/],
  ['504 after a fault', refused(504, LATE, after(3050)), { ...quiet([504]), disturbed: () => true }, undefined],
  ['422 of a picture of its own', refused(422, DIED), quiet([422], { deaths: 1 }), /no engine died of it/],
  ['422 of one that two engines died of', refused(422, DIED), quiet([422], { deaths: 2 }), undefined],
  ['422 of a shared one', refused(422, DIED, { shared: true }), quiet([422]), undefined],
  ['408 to who was quick', refused(408, 'The body did not arrive.'), quiet([408]), /408 before its time/],
  ['408 in time', refused(408, 'The body did not arrive.', { slowBody: true, ...after(3999.5) }), LATE_BODY, undefined],
  ['500', refused(500, 'The service failed.', { expected: 'anything' }), quiet([500]), /it is not known why/],
  ['a good picture that is refused', refused(415, 'No picture.'), quiet([415]), /it is not known why/],
  ['a bad picture that is refused', refused(415, 'No picture.', { expected: 'refusal' }), quiet([415]), undefined],
  [
    'a picture of a batch that is refused for nothing',
    { ...ANSWERED, refusals: [{ status: 503, detail: LOST }] },
    quiet([200]),
    /no engine died/,
  ],
];

for (const [name, exchange, circumstances, found] of CASES) {
  test(`${name} is ${found === undefined ? 'no flaw' : 'found out'}`, () => {
    const flaws = judgeExchange(exchange, circumstances).join('\n');
    if (found === undefined) assert.equal(flaws, '');
    else assert.match(flaws, found);
  });
}
