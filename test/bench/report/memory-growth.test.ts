import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MemorySample, narrowGrowth } from '../../../bench/report/memory-growth.ts';

/** A sample every ten of 5,000 pictures. */
function samples(residentAt: (answered: number) => number): MemorySample[] {
  return Array.from({ length: 501 }, (_, index) => ({ answered: index * 10, resident: residentAt(index * 10) }));
}

const CASES: [name: string, residentAt: (answered: number) => number, expected: string][] = [
  [
    'only the two stretches count',
    answered => (answered < 900 ? 100 : answered <= 1100 ? 500 : answered < 4800 ? 900 : 550),
    'While pictures 900 to 1100 were answered the median resident total was 500 MB, while the last 200 were it was 550 MB: it changed by 10.0 %.',
  ],
  [
    'a peak of one sample is not the median',
    answered => (answered === 1000 || answered === 5000 ? 2000 : 500),
    'While pictures 900 to 1100 were answered the median resident total was 500 MB, while the last 200 were it was 500 MB: it changed by 0.0 %.',
  ],
];

for (const [name, residentAt, expected] of CASES) {
  test(`growth from around 1,000 to the last 200 of 5,000: ${name}`, () =>
    assert.equal(narrowGrowth(samples(residentAt), 5000), expected));
}

test('without a sample in one of the stretches there is no figure', () => {
  assert.equal(
    narrowGrowth([{ answered: 50, resident: 500 }], 50),
    'Too few pictures to compare those around picture 10 with the last.',
  );
});
