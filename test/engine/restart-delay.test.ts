import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRestartDelay } from '../../src/engine/restart-delay.ts';

const cases = {
  'at once the first time, then doubling up to 8 s': {
    readyForMs: [60_000, 0, 0, 0, 0, 0, 0, 0],
    delaysMs: [0, 250, 500, 1000, 2000, 4000, 8000, 8000],
  },
  'one that was ready for 10 s starts the count again': {
    readyForMs: [0, 9_999, 10_000, 0, 12_000],
    delaysMs: [0, 250, 0, 250, 0],
  },
};

for (const [name, { readyForMs, delaysMs }] of Object.entries(cases)) {
  test(name, () => {
    const delay = createRestartDelay();
    assert.deepEqual(
      readyForMs.map(ms => delay.next(ms)),
      delaysMs,
    );
  });
}
