import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile } from '../../bench/percentile.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

const CASES: [name: string, values: number[], p: number, expected: number][] = [
  ['the median of an odd number of values', [9, 1, 5], 0.5, 5],
  ['the median of an even number: the lower of the two', [4, 1, 3, 2], 0.5, 2],
  ['p99 of a hundred leaves out the one highest', HUNDRED, 0.99, 99],
  ['p95 of a hundred', HUNDRED, 0.95, 95],
  ['p99 of a few is the highest', [3, 7, 5], 0.99, 7],
  ['values are compared as numbers, not as text', [10, 9, 100], 1, 100],
  ['p 0 is the lowest', [3, 7, 5], 0, 3],
];

for (const [name, values, p, expected] of CASES) {
  test(name, () => {
    const before = [...values];
    assert.equal(percentile(values, p), expected);
    assert.deepEqual(values, before, 'the values were sorted in place');
  });
}

test('of nothing there is no percentile', () => {
  assert.ok(Number.isNaN(percentile([], 0.5)));
});
