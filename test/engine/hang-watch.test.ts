import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchForHang } from '../../src/engine/hang-watch.ts';

const LIMIT_MS = 40;

const never = () => false;

/** What a watch says of an engine that was last heard at `heardAt()`. */
function verdict(heardAt: () => number, isDrawn = never): Promise<string> {
  return new Promise(resolve => {
    watchForHang(LIMIT_MS, heardAt, isDrawn, resolve);
  });
}

test('an engine that says nothing is hung after the limit, whenever it was heard before', async () => {
  const before = performance.now();
  assert.equal(await verdict(() => before - 1000), 'a picture had no answer after 40 ms');
});

test('one that answers others has twice as long', async () => {
  assert.equal(await verdict(() => performance.now()), 'a picture had no answer after 80 ms');
});

test('one that falls silent is hung a limit after it was last heard', async () => {
  const startedAt = performance.now();
  const heardAt = startedAt + LIMIT_MS / 2;
  assert.equal(await verdict(() => Math.min(performance.now(), heardAt)), 'a picture had no answer after 40 ms');
  assert.ok(performance.now() - heardAt >= LIMIT_MS, 'it was called hung too soon');
});

test('one that says that it draws may keep the picture for as long as it is heard', async () => {
  const startedAt = performance.now();
  const heardUntil = startedAt + 5 * LIMIT_MS;
  const heardAt = () => Math.min(performance.now(), heardUntil);
  assert.equal(await verdict(heardAt, () => true), 'a picture had no answer after 40 ms');
  assert.ok(performance.now() - heardUntil >= LIMIT_MS, 'it was called hung while it drew');
});

test('a watch that has ended says nothing', async () => {
  const said: string[] = [];
  watchForHang(
    LIMIT_MS,
    () => 0,
    never,
    detail => said.push(detail),
  )();
  await sleep(3 * LIMIT_MS);
  assert.deepEqual(said, []);
});
