import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveMemoryBack } from '../../src/engine/give-memory-back.ts';
import { loadLibc } from '../../src/engine/libc.ts';

const skip = (await loadLibc()) === undefined && 'there is no glibc here';

test('garbage is collected when the models are loaded, and every 20 seconds of work', { skip }, async t => {
  let now = 1000;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(performance, 'now', () => now);
  const collect = t.mock.fn();
  const { gc } = globalThis;
  globalThis.gc = collect as unknown as typeof gc;
  t.after(() => {
    globalThis.gc = gc;
  });
  const afterWork = await giveMemoryBack();
  assert.equal(collect.mock.callCount(), 1);
  for (const [at, collections] of [
    [20_500, 1],
    [21_500, 1], // memory was given back a second before
    [22_600, 2],
    [40_000, 2],
    [43_000, 3],
  ] as const) {
    now = at;
    afterWork();
    assert.equal(collect.mock.callCount(), collections, `after ${at} ms`);
  }
  now = 70_000;
  t.mock.timers.tick(300);
  assert.equal(collect.mock.callCount(), 4, 'when the work is over');
});
