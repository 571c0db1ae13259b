import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQuarantine, fingerprintOf, type Verdict } from '../../src/engine/quarantine.ts';

type Step =
  /** An engine died with these inside; `killed`: perhaps of something else. */
  { died: string; killed?: true } | { survived: string } | { minutes: number };

const MEANWHILE = { minutes: 9 };
const TOO_LONG = { minutes: 10 };

/** Pictures are letters; all have the same length. */
const cases: Record<string, { steps: Step[]; verdicts: Record<string, Verdict> }> = {
  'nothing died': { steps: [{ survived: 'a' }], verdicts: { a: 'free' } },
  'one death': { steps: [{ died: 'a' }], verdicts: { a: 'isolated', b: 'free' } },
  'two deaths with nothing else inside': { steps: [{ died: 'a' }, { died: 'a' }], verdicts: { a: 'refused' } },
  'copies of one picture are one picture': { steps: [{ died: 'aaa' }, { died: 'aa' }], verdicts: { a: 'refused' } },
  'first in company, then alone': { steps: [{ died: 'ab' }, { died: 'b' }], verdicts: { a: 'isolated', b: 'refused' } },
  'twice in company accuses, but does not condemn': {
    steps: [{ died: 'ab' }, { died: 'ac' }],
    verdicts: { a: 'isolated', b: 'isolated', c: 'isolated' },
  },
  'an answer clears who was in company': {
    steps: [{ died: 'ab' }, { survived: 'a' }, { died: 'a' }],
    verdicts: { a: 'isolated', b: 'isolated' },
  },
  'an answer clears who was there when somebody killed the engine': {
    steps: [{ died: 'a', killed: true }, { survived: 'a' }, { died: 'a', killed: true }],
    verdicts: { a: 'isolated' },
  },
  'killed twice without an answer in between': {
    steps: [
      { died: 'a', killed: true },
      { died: 'a', killed: true },
    ],
    verdicts: { a: 'refused' },
  },
  'an answer does not undo a crash alone, but it need not be alone any more': {
    steps: [{ died: 'a' }, { survived: 'a' }],
    verdicts: { a: 'free' },
  },
  'a picture that kills now and then': {
    steps: [{ died: 'a' }, { survived: 'a' }, { survived: 'a' }, { died: 'a' }],
    verdicts: { a: 'refused' },
  },
  'refused stays refused': {
    steps: [{ died: 'a' }, { died: 'a' }, { survived: 'a' }, { died: 'ab' }],
    verdicts: { a: 'refused', b: 'isolated' },
  },
  'after ten minutes all is forgotten': { steps: [{ died: 'a' }, { died: 'a' }, TOO_LONG], verdicts: { a: 'free' } },
  'counted from the last death': {
    steps: [{ died: 'a' }, MEANWHILE, { died: 'a' }, MEANWHILE],
    verdicts: { a: 'refused' },
  },
};
for (const [name, { steps, verdicts }] of Object.entries(cases)) {
  test(name, () => {
    let now = 0;
    const quarantine = createQuarantine(() => now);
    const pictures = (letters: string) => [...letters].map(letter => Buffer.from(letter));
    for (const step of steps) {
      if ('died' in step) quarantine.died(pictures(step.died).map(fingerprintOf), step.killed === true);
      else if ('survived' in step) quarantine.survived(pictures(step.survived)[0]!);
      else now += step.minutes * 60_000;
    }
    const found = Object.keys(verdicts).map(letter => [letter, quarantine.verdictOn(Buffer.from(letter))]);
    assert.deepEqual(Object.fromEntries(found), verdicts);
    assert.equal(quarantine.refused, Object.values(verdicts).filter(verdict => verdict === 'refused').length);
  });
}

test('a thousand pictures are remembered, the oldest are forgotten first', () => {
  const quarantine = createQuarantine(() => 0);
  const picture = (index: number) => Buffer.from(`${index}`);
  for (let index = 0; index < 1500; index++) quarantine.died([fingerprintOf(picture(index))], false);
  const remembered = Array.from({ length: 1500 }, (_, index) => quarantine.verdictOn(picture(index)) === 'isolated');
  assert.deepEqual(
    remembered,
    Array.from({ length: 1500 }, (_, index) => index >= 500),
  );
});

test('what it costs', t => {
  const picture = Buffer.alloc(150_000, 1);
  const cost = (quarantine: ReturnType<typeof createQuarantine>) => {
    const start = performance.now();
    for (let round = 0; round < 1000; round++) quarantine.verdictOn(picture);
    return performance.now() - start; // microseconds each
  };
  const quarantine = createQuarantine();
  const before = cost(quarantine);
  quarantine.died([fingerprintOf(Buffer.alloc(150_001))], false);
  const other = cost(quarantine);
  quarantine.died([fingerprintOf(Buffer.alloc(150_000))], false);
  const same = cost(quarantine);
  const us = (value: number) => value.toFixed(2);
  t.diagnostic(
    `150 kB: ${us(before)} us before any death, ${us(other)} after another's, ${us(same)} of the same length`,
  );
  assert.ok(before < 20, 'nothing is hashed while nothing died');
});
