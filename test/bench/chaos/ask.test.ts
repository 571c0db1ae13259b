import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestOf, told } from '../../../bench/chaos/ask.ts';

const client = { nextId: () => 'a' };
const MOMENTS = { begunAt: 0, sentAt: 0 };

test('what is no good takes the room of a picture, and what only looks takes none', () => {
  const hostile = { ...requestOf(client, 'POST', '/detect', {}), expected: 'anything' } as const;
  assert.equal(told(hostile, undefined, MOMENTS).pictures, 1);
  assert.equal(told(requestOf(client, 'GET', '/models', {}), undefined, MOMENTS).pictures, 0);
});
