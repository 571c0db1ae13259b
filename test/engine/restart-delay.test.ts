import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRestartDelay } from '../../src/engine/restart-delay.ts';

interface Case {
  readyForMs: number[];
  answered?: number[];
  delaysMs: number[];
}

const cases: Record<string, Case> = {
  'at once the first time, then doubling up to 8 s': {
    readyForMs: [60_000, 0, 0, 0, 0, 0, 0, 0],
    delaysMs: [0, 250, 500, 1000, 2000, 4000, 8000, 8000],
  },
  'one that was ready for 10 s starts the count again': {
    readyForMs: [0, 9_999, 10_000, 0, 12_000],
    delaysMs: [0, 250, 0, 250, 0],
  },
  'one that answered pictures works: 250 ms are enough': {
    readyForMs: [0, 0, 0, 700, 700, 0],
    answered: [0, 0, 0, 5, 1, 0],
    delaysMs: [0, 250, 500, 250, 250, 500],
  },
};

for (const [name, { readyForMs, delaysMs, answered = [] }] of Object.entries(cases)) {
  test(name, () => {
    const delay = createRestartDelay();
    assert.deepEqual(
      readyForMs.map((ms, index) => delay.next({ readyForMs: ms, answered: answered[index] ?? 0 })),
      delaysMs,
    );
  });
}
