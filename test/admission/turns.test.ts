import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from '../../src/admission/turns.ts';

/** One item a word: `a1` is the first of client a. */
function turnsOf(...items: string[]) {
  const turns = createTurns<string>();
  for (const item of items) turns.add(item[0]!, item);
  return turns;
}

function takeAll({ take }: { take(): string | undefined }): string {
  const taken: string[] = [];
  for (let item = take(); item !== undefined; item = take()) taken.push(item);
  return taken.join(' ');
}

test('one client: first come first served', () => {
  assert.equal(takeAll(turnsOf('a1', 'a2', 'a3')), 'a1 a2 a3');
});

test('clients take turns, however many one has', () => {
  assert.equal(takeAll(turnsOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1')), 'a1 b1 c1 a2 b2 a3');
});

test('who comes later waits for one of each, and who came back is behind the others', () => {
  const turns = turnsOf('a1', 'a2', 'a3', 'b1', 'b2');
  assert.deepEqual([turns.take(), turns.take()], ['a1', 'b1']);
  turns.add('c', 'c1');
  assert.equal(takeAll(turns), 'a2 b2 c1 a3');
  turns.add('a', 'a4');
  assert.equal(takeAll(turns), 'a4');
});

test('who leaves takes nobody else’s turn', () => {
  const turns = turnsOf('a1', 'a2', 'b1', 'c1');
  turns.remove('a', 'a1');
  turns.remove('b', 'b1');
  turns.remove('b', 'b1'); // again
  turns.remove('x', 'x1'); // was never there
  assert.equal(turns.size, 2);
  assert.equal(takeAll(turns), 'a2 c1');
  assert.equal(turns.size, 0);
});

const AHEAD: [waiting: string[], client: string, ahead: number][] = [
  [[], 'a', 0],
  [['a1', 'a2', 'a3'], 'a', 3],
  [['a1', 'a2', 'a3'], 'b', 1],
  [['a1', 'a2', 'b1'], 'a', 5],
  [['a1', 'a2', 'b1'], 'b', 3],
  [['a1', 'a2', 'b1'], 'c', 2],
];

for (const [waiting, client, ahead] of AHEAD) {
  test(`of ${waiting.join(' ') || 'nobody'} and those who come meanwhile, ${ahead} go before another of ${client}`, () => {
    const turns = turnsOf(...waiting);
    assert.equal(turns.ahead(client), ahead);
    if (ahead === 0) return;
    // All send again as soon as they are served.
    turns.add(client, `${client}-new`);
    let served = 0;
    for (let item = turns.take(); !item!.endsWith('new'); item = turns.take()) {
      served += 1;
      turns.add(item![0]!, item!);
    }
    assert.ok(served <= ahead && served >= ahead - 1, `${served} went before it`);
  });
}

const SURPLUS: [waiting: string[], client: string, surplus: string | undefined][] = [
  [[], 'a', undefined],
  [['a1'], 'b', undefined],
  [['a1', 'a2'], 'b', 'a2'],
  [['a1', 'a2', 'b1'], 'b', undefined],
  [['a1', 'a2', 'a3', 'b1'], 'b', 'a3'],
  [['a1', 'a2', 'a3'], 'a', undefined],
  [['a1', 'a2', 'b1', 'b2', 'b3', 'c1', 'c2'], 'd', 'b3'],
];

for (const [waiting, client, surplus] of SURPLUS) {
  test(`of ${waiting.join(' ') || 'nobody'} ${client} gets the place of ${surplus ?? 'nobody'}`, () => {
    assert.equal(turnsOf(...waiting).surplusFor(client), surplus);
  });
}

test('places change hands only until they are even: in the end nobody displaces anybody', () => {
  const turns = turnsOf(...Array.from({ length: 12 }, (_, index) => `a${index}`));
  let displaced = 0;
  for (const client of ['b', 'c', 'b', 'c', 'b', 'c', 'b', 'c', 'b', 'c', 'a', 'a']) {
    const surplus = turns.surplusFor(client);
    if (surplus === undefined) continue;
    turns.remove(surplus[0]!, surplus);
    turns.add(client, `${client}${displaced}`);
    displaced += 1;
  }
  assert.deepEqual([turns.size, displaced], [12, 8], 'four each');
});
