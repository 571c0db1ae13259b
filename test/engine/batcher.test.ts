import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatcher } from '../../src/engine/batcher.ts';

/** A batcher over strings like `a1`, whose key is the letter; the test decides when the loop turns and when a run ends. */
function stage(maxBatch: number) {
  const batches: string[] = [];
  const unwanted = new Set<string>();
  let turn: (() => void) | undefined;
  let finish: ((results?: string[] | Error) => void) | undefined;
  const batcher = createBatcher<string, string>({
    maxBatch,
    keyOf: item => item[0] ?? '',
    isWanted: item => !unwanted.has(item),
    defer: callback => {
      assert.equal(turn, undefined, 'one turn at a time');
      turn = callback;
    },
    run: items => {
      assert.equal(finish, undefined, 'one run at a time');
      batches.push(items.join(' '));
      return new Promise((resolve, reject) => {
        finish = results => {
          if (results instanceof Error) reject(results);
          else resolve(results ?? items.map(item => item.toUpperCase()));
        };
      });
    },
  });
  return {
    batcher,
    batches,
    unwanted,
    loopTurns: () => {
      const callback = turn;
      turn = undefined;
      callback?.();
    },
    runEnds: async (results?: string[] | Error) => {
      const callback = finish;
      finish = undefined;
      callback?.(results);
      await new Promise(setImmediate);
    },
  };
}

/** Adds `arrivals` in turn, one group before each run, and returns the batches run. */
async function batchesOf(maxBatch: number, arrivals: string[], unwanted: string[] = []) {
  const s = stage(maxBatch);
  for (const item of unwanted) s.unwanted.add(item);
  const answers: Promise<string | undefined>[] = [];
  const items: string[] = [];
  for (const group of [...arrivals, ...Array(20).fill('')]) {
    for (const item of group.split(' ').filter(Boolean)) {
      items.push(item);
      answers.push(s.batcher.add(item));
    }
    s.loopTurns();
    await s.runEnds();
  }
  const expected = items.map(item => (unwanted.includes(item) ? undefined : item.toUpperCase()));
  assert.deepEqual(await Promise.all(answers), expected, 'every item gets its own result');
  assert.equal(s.batcher.waiting, 0);
  return s.batches;
}

const cases: Record<string, { maxBatch: number; arrivals: string[]; unwanted?: string[]; batches: string[] }> = {
  'one alone runs alone': { maxBatch: 4, arrivals: ['a1'], batches: ['a1'] },
  'what is there together runs together': { maxBatch: 4, arrivals: ['a1 a2 a3'], batches: ['a1 a2 a3'] },
  'never more than maxBatch': { maxBatch: 2, arrivals: ['a1 a2 a3 a4 a5'], batches: ['a1 a2', 'a3 a4', 'a5'] },
  'one shape a batch, the oldest first': { maxBatch: 4, arrivals: ['b1 a1 b2 a2'], batches: ['b1 b2', 'a1 a2'] },
  'a rare shape is not starved by a steady stream': {
    maxBatch: 2,
    arrivals: ['a1 a2 a3 b1 a4', 'a5 a6', 'a7 a8'],
    batches: ['a1 a2', 'a3 a4', 'b1', 'a5 a6', 'a7 a8'],
  },
  'maxBatch 1 is a plain queue': { maxBatch: 1, arrivals: ['a1 b1 a2'], batches: ['a1', 'b1', 'a2'] },
  'the unwanted leave their room to others': {
    maxBatch: 2,
    arrivals: ['a1 a2 a3 b1'],
    unwanted: ['a1', 'a2'],
    batches: ['a3', 'b1'],
  },
  'only unwanted: nothing runs': { maxBatch: 2, arrivals: ['a1 b1'], unwanted: ['a1', 'b1'], batches: [] },
};

for (const [name, { maxBatch, arrivals, unwanted, batches }] of Object.entries(cases)) {
  test(name, async () => assert.deepEqual(await batchesOf(maxBatch, arrivals, unwanted), batches));
}

test('what comes during a run waits for the next one', async () => {
  const s = stage(4);
  const answers = [s.batcher.add('a1')];
  s.loopTurns();
  answers.push(s.batcher.add('a2'), s.batcher.add('a3'));
  assert.deepEqual(s.batches, ['a1']);
  assert.equal(s.batcher.waiting, 2);
  await s.runEnds();
  answers.push(s.batcher.add('a4')); // decoded during the run, seen when the loop turns
  s.loopTurns();
  assert.deepEqual(s.batches, ['a1', 'a2 a3 a4']);
  await s.runEnds();
  await Promise.all(answers);
});

test('a failing batch fails exactly its members', async () => {
  const s = stage(2);
  const answers = Promise.allSettled(['a1', 'a2', 'a3', 'b1'].map(s.batcher.add));
  s.loopTurns();
  await s.runEnds(new Error('the graph fell over'));
  s.loopTurns();
  await s.runEnds();
  s.loopTurns();
  await s.runEnds(['one', 'too many']);
  const outcomes = (await answers).map(o => (o.status === 'fulfilled' ? o.value : o.reason.message));
  assert.deepEqual(outcomes, [
    'the graph fell over',
    'the graph fell over',
    'A3',
    'This is a bug: 2 results for a batch of 1.',
  ]);
});

test('by itself it turns the loop before each run', async () => {
  const order: string[] = [];
  const batcher = createBatcher<string, string>({
    maxBatch: 8,
    keyOf: () => 'one',
    run: async items => {
      order.push(items.join(' '));
      return items;
    },
  });
  const first = batcher.add('a');
  const second = new Promise(setImmediate).then(() => undefined);
  const sameTurn = batcher.add('b');
  assert.deepEqual(order, [], 'not inside add');
  await Promise.all([first, sameTurn, second]);
  assert.deepEqual(order, ['a b']);
});
