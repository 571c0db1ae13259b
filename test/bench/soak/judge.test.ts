import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureRequest } from '../../../bench/load/picture-requests.ts';
import { judge } from '../../../bench/soak/judge.ts';
import { slopeOf } from '../../../bench/soak/slope.ts';
import type { SoakResult } from '../../../bench/soak/soak.ts';

const SECONDS = 1200;
const BOUNDS = { growth: 100, left: 5, slower: 1.5 };
const request = { ...pictureRequest('good.jpg', Buffer.from('x'), 'raw'), expect: 'result' as const };
const broken = { ...request, file: 'broken.jpg', expect: 'refusal' as const };

/** Twenty minutes in which nothing happens but +-10 MB of garbage that comes and goes. */
function calm(): SoakResult {
  const readings = Array.from({ length: 240 }, (_, index) => ({
    at: index * 5,
    service: 150 + 10 * Math.sin(index),
    engines: 500 + 10 * Math.cos(index),
    descriptors: 100,
    threads: 40,
  }));
  const outcomes = Array.from({ length: 1200 }, (_, second) => ({
    request: second % 5 === 0 ? broken : request,
    status: second % 5 === 0 ? 422 : 200,
    dueAt: second * 1000,
    endedAt: second * 1000 + 80,
  }));
  const none = { idle: 0, 'slow-head': 0, 'slow-body': 0, unread: 0, 'early-reset': 0, leaves: 0 };
  return {
    peak: 10,
    rate: 8,
    startedAt: 0,
    outcomes,
    readings,
    rest: [readings[0]!, readings[0]!],
    engineRestarts: 0,
    crowd: { cut: none, longestMs: none, told: none },
    known: { asked: 400, changed: [] },
  };
}

type Change = (result: SoakResult) => void;
const first = (result: SoakResult) => result.outcomes[1]!;

const CASES: [name: string, change: Change, found: RegExp | undefined][] = [
  ['nothing', () => {}, undefined],
  [
    'a leak of 400 MB/h in the service',
    ({ readings }) => {
      for (const one of readings) one.service += (one.at / 3600) * 400;
    },
    /^The memory of the service grows by at least 3\d\d MB\/h/,
  ],
  [
    'a leak of 400 MB/h in the engines',
    ({ readings }) => {
      for (const one of readings) one.engines += (one.at / 3600) * 400;
    },
    /^The memory of the engines grows/,
  ],
  [
    'growth in the first quarter only',
    ({ readings }) => {
      for (const one of readings) one.engines += Math.min(one.at, 300);
    },
    undefined,
  ],
  [
    'six descriptors that are left',
    ({ rest }) => (rest[1] = { ...rest[1], descriptors: 106 }),
    /6 more descriptors after/,
  ],
  ['six threads that are left', ({ rest }) => (rest[1] = { ...rest[1], threads: 46 }), /6 more threads after/],
  ['one 500', result => (first(result).status = 500), /1 of 1200 .* good\.jpg \(result\) got 500/],
  ['one 429', result => (first(result).status = 429), /got 429/],
  ['a good picture that is refused', result => (first(result).status = 422), /got 422/],
  [
    'a broken picture that is accepted',
    result => (result.outcomes[0]!.status = 200),
    /broken\.jpg \(refusal\) got 200/,
  ],
  ['a connection that broke', result => Object.assign(first(result), { status: 0, error: 'reset' }), /got reset/],
  [
    'a known picture that is answered otherwise',
    ({ known }) => known.changed.push('cat.jpg got no detections'),
    /1 of 400 answers to known pictures changed, the first: cat\.jpg got/,
  ],
  ['known pictures that nobody asked again', ({ known }) => (known.asked = 0), /No known picture was asked again/],
  ['an engine that died', result => (result.engineRestarts = 1), /replaced 1 times/],
  [
    'a last quarter that is twice as slow',
    ({ outcomes }) => {
      for (const one of outcomes) if (one.dueAt >= 900_000) one.endedAt += 80;
    },
    /median rose from 80 to 160 ms/,
  ],
];

for (const [name, change, found] of CASES) {
  test(`the soak is judged: ${name}`, () => {
    const result = calm();
    change(result);
    const sentences = judge(result, SECONDS, BOUNDS);
    if (found === undefined) assert.deepEqual(sentences, []);
    else {
      assert.equal(sentences.length, 1, sentences.join(' '));
      assert.match(sentences[0]!, found);
    }
  });
}

test('a slope has its confidence: none from few points, all on a straight line', () => {
  assert.equal(slopeOf([[0, 1]]).plusMinus, Number.POSITIVE_INFINITY);
  const { slope, plusMinus } = slopeOf(Array.from({ length: 50 }, (_, x) => [x, 3 * x + 1] as const));
  assert.ok(Math.abs(slope - 3) < 1e-9 && plusMinus < 1e-9, `${slope} +- ${plusMinus}`);
});
