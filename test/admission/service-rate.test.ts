import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServiceRate } from '../../src/admission/service-rate.ts';

const cases = {
  'nothing known yet: a second': { worked: [], waiting: 50, atOnce: 2, expected: 1 },
  'faster than a second is still a second': { worked: [40], waiting: 3, atOnce: 2, expected: 1 },
  '100 waiting, 2 at once, 50 ms each: 2.5 s, rounded up': { worked: [50], waiting: 100, atOnce: 2, expected: 3 },
  'nothing in flight counts as one at a time': { worked: [500], waiting: 10, atOnce: 0, expected: 5 },
  'the newest counts a tenth: 100 + 0.1 * 900 = 190 ms': { worked: [100, 1000], waiting: 20, atOnce: 1, expected: 4 },
  'never more than a minute': { worked: [30_000], waiting: 1000, atOnce: 1, expected: 60 },
};

for (const [name, { worked, waiting, atOnce, expected }] of Object.entries(cases)) {
  test(name, () => {
    const rate = createServiceRate();
    for (const ms of worked) rate.record(ms);
    assert.equal(rate.retryAfterS(waiting, atOnce), expected);
  });
}
