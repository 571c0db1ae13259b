import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOwnTurns } from '../../src/http/own-turns.ts';

test('callers work one in a turn, in order, and others have theirs between', async () => {
  const ownTurn = createOwnTurns();
  const seen: string[] = [];
  const work = async (name: string) => {
    for (const part of [1, 2]) {
      await ownTurn();
      seen.push(`${name}${part}`);
      setImmediate(() => seen.push('others'));
    }
  };
  await Promise.all([work('a'), work('b')]);
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(seen, ['a1', 'others', 'b1', 'others', 'a2', 'others', 'b2', 'others']);
});
