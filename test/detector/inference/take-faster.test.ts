import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFaster } from '../../../src/detector/inference/take-faster.ts';

type Way = 'narrow' | 'wide';

/** Runs that take as long as `cost` says, by a clock of their own; which way each took. */
function start(cost: (way: Way, picture: number) => number, sizes: readonly number[] = [100]) {
  let clock = 0;
  const ways: Way[] = [];
  const run = (way: Way) => async (_input: string, data: Float32Array) => {
    const milliseconds = cost(way, ways.length) * data.length;
    ways.push(way);
    clock += milliseconds;
    return {};
  };
  const taken = takeFaster(run('narrow'), run('wide'), () => clock);
  return async (pictures: number): Promise<Way[]> => {
    const from = ways.length;
    for (let count = 0; count < pictures; count++) {
      await taken('x', new Float32Array(sizes[ways.length % sizes.length]!));
    }
    return ways.slice(from);
  };
}

const TRIALS = 12;

test('a picture alone: both ways are tried equally often, then the faster one is taken', async () => {
  for (const sizes of [[100], [100, 30], [100, 30, 60]]) {
    for (const [wide, expected] of [
      [0.5, 'wide'],
      [0.88, 'wide'],
      [0.92, 'narrow'],
      [1.6, 'narrow'],
    ] as const) {
      const pictures = start(way => (way === 'wide' ? wide : 1), sizes);
      const trials = await pictures(TRIALS);
      assert.equal(trials.filter(way => way === 'wide').length, TRIALS / 2);
      assert.deepEqual(new Set(await pictures(20)), new Set([expected]), `${wide} with sizes ${sizes}`);
    }
  }
});

test('a picture alone: what was decided while others were busy is decided again, soon, then seldom', async () => {
  const pictures = start((way, picture) => (way === 'wide' && picture < TRIALS ? 3 : way === 'wide' ? 0.5 : 1));
  await pictures(TRIALS);
  assert.deepEqual(new Set(await pictures(20)), new Set(['narrow']));
  assert.deepEqual(new Set(await pictures(TRIALS)), new Set(['narrow', 'wide']));
  for (const until of [100, 1000, 1000]) {
    assert.deepEqual(new Set(await pictures(until)), new Set(['wide']));
    assert.equal((await pictures(TRIALS)).filter(way => way === 'narrow').length, TRIALS / 2);
  }
});

test('a picture alone: one that fails is not counted, and the next is run', async () => {
  let failures = 3;
  const fine = async () => ({});
  const run = takeFaster(fine, async () => {
    if (failures-- > 0) throw new Error('no');
    return {};
  });
  let failed = 0;
  for (let picture = 0; picture < 4 * TRIALS; picture++) {
    await run('x', new Float32Array(1)).catch((error: Error) => {
      assert.equal(error.message, 'no');
      failed += 1;
    });
  }
  assert.equal(failed, 3);
});

test('pictures alone that overlap: one way is taken all the same', async () => {
  const ways: Way[] = [];
  const run = (way: Way, ms: number) => async () => {
    ways.push(way);
    await sleep(ms);
    return {};
  };
  const taken = takeFaster(run('narrow', 1), run('wide', 12));
  const data = new Float32Array(10);
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 5 }, () => taken('x', data)));
  assert.deepEqual(new Set(ways.slice(-5)), new Set(['narrow']));
  assert.ok(ways.filter(way => way === 'wide').length >= TRIALS / 2);
});
