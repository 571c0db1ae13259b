import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBufferPool } from '../../src/memory/buffer-pool.ts';

const MEBI = 1024 * 1024;

test('what is given back is taken again, the smallest that is large enough', () => {
  const pool = createBufferPool(3);
  const [small, large] = [pool.take(MEBI), pool.take(3 * MEBI)];
  pool.give(large);
  pool.give(small);
  assert.equal(pool.take(MEBI - 5), small);
  assert.equal(pool.take(MEBI - 5), large);
  assert.ok(pool.take(MEBI - 5).byteLength >= MEBI - 5);
});

test('nobody gets what another has', () => {
  const pool = createBufferPool(2);
  const taken = [1, 2, 3].map(() => pool.take(10));
  assert.equal(new Set(taken).size, 3);
  for (const buffer of taken) pool.give(buffer);
  assert.equal(new Set([pool.take(10), pool.take(10), pool.take(10)]).size, 3);
});

test('at most so many are kept, the largest', () => {
  const pool = createBufferPool(1);
  const [small, large] = [pool.take(MEBI), pool.take(2 * MEBI)];
  pool.give(large);
  pool.give(small);
  assert.equal(pool.take(1), large);
  assert.notEqual(pool.take(1), small);
});

test('what is huge is not kept', () => {
  const pool = createBufferPool(4);
  const huge = pool.take(97_000_000);
  pool.give(huge);
  assert.ok(pool.take(1).byteLength < MEBI);
});

test('what is given twice is not taken by two', () => {
  const pool = createBufferPool(4);
  const buffer = pool.take(10);
  pool.give(buffer);
  pool.give(buffer);
  assert.equal(pool.take(10), buffer);
  assert.notEqual(pool.take(10), buffer);
});
