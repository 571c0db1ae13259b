import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFaster } from '../../../src/detector/inference/take-faster.ts';

/** Which of two ways takes each of 40 runs. */
async function runsOf(milliseconds: { narrow: number; wide: number }): Promise<string[]> {
  const runs: string[] = [];
  const way = (name: 'narrow' | 'wide') => async () => {
    runs.push(name);
    await sleep(milliseconds[name]);
    return {};
  };
  const run = takeFaster(way('narrow'), way('wide'));
  for (let count = 0; count < 40; count++) await run('x', new Float32Array(count % 2 === 0 ? 100 : 120), [1]);
  return runs;
}

test('a picture alone: both ways are tried in turns, then the faster one is taken', async () => {
  for (const [faster, milliseconds] of [
    ['wide', { narrow: 20, wide: 2 }],
    ['narrow', { narrow: 2, wide: 20 }],
  ] as const) {
    const runs = await runsOf(milliseconds);
    const trials = runs.slice(0, 10);
    assert.deepEqual([...new Set(trials)].sort(), ['narrow', 'wide']);
    assert.equal(trials.filter(name => name === 'wide').length, 5);
    assert.deepEqual([...new Set(runs.slice(10))], [faster]);
  }
});

test('a picture alone: one thread where two gain nothing', async () => {
  const runs = await runsOf({ narrow: 10, wide: 10 });
  assert.deepEqual([...new Set(runs.slice(10))], ['narrow']);
});
