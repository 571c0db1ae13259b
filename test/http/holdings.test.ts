import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHoldings, type Standing } from '../../src/http/holdings.ts';
import { testRandomly } from '../support/random-history.ts';

/** Connections are called by the letter of their address and a number, in the order in which they came. `A4` is the new one where it ends with `A4`. */
const CASES: [name: string, connections: string[], goes: string][] = [
  ['alone: the longest idle', ['A1 waiting', 'A2 idle', 'A3 idle', 'A4'], 'A2'],
  ['alone: the new one where all are at work', ['A1 waiting', 'A2 receiving', 'A3 receiving', 'A4'], 'A4'],
  [
    'of the largest the longest idle, before all at work',
    ['A1 receiving', 'A2 waiting', 'A3 idle', 'A4 idle', 'B1'],
    'A3',
  ],
  ['of the largest the body that comes for longest', ['A1 waiting', 'A2 receiving', 'A3 receiving', 'B1'], 'A2'],
  [
    'of the largest the longest whole where nothing else is left',
    ['A1 waiting', 'A2 waiting', 'A3 waiting', 'B1'],
    'A1',
  ],
  ['what a smaller address has idle is left alone', ['B1 idle', 'A1 receiving', 'A2 receiving', 'C1'], 'A1'],
  [
    'what a smaller address has idle is left alone, also for a picture',
    ['B1 idle', 'A1 waiting', 'A2 waiting', 'C1'],
    'A1',
  ],
  ['the largest comes itself: its own go', ['B1 idle', 'A1 receiving', 'A2 idle', 'A3'], 'A2'],
  ['the largest comes itself, all at work: it is turned away', ['B1 idle', 'A1 receiving', 'A2 receiving', 'A3'], 'A3'],
  ['one fewer is fewer: a body gives way', ['B1 receiving', 'A1 receiving', 'A2 receiving', 'B2'], 'A1'],
  ['level with the largest: a picture stays', ['B1 waiting', 'A1 waiting', 'A2 waiting', 'B2'], 'B2'],
  ['level with the largest: own idle before the new one', ['B1 idle', 'A1 waiting', 'A2 waiting', 'B2'], 'B1'],
  ['two fewer: a picture gives way', ['B1 waiting', 'A1 waiting', 'A2 waiting', 'A3 waiting', 'B2'], 'A1'],
  ['an address that has none always gets one', ['A1 waiting', 'B1 waiting', 'C1'], 'A1'],
  [
    'of several that have most the one that has so many for longest',
    ['B1 idle', 'A1 idle', 'A2 idle', 'B2 idle', 'C1'],
    'A1',
  ],
];

for (const [name, connections, goes] of CASES) {
  test(`who goes, ${name}`, () => {
    const holdings = createHoldings<string>();
    for (const one of connections) {
      const [connection = '', standing = 'idle'] = one.split(' ');
      holdings.add(connection, connection.charAt(0));
      holdings.move(connection, standing as Standing);
    }
    assert.equal(holdings.surplusFor(connections.at(-1)!), goes);
  });
}

test('idle for longest is who became idle first, not who came first', () => {
  const holdings = createHoldings<string>();
  for (const connection of ['A1', 'A2', 'A3']) holdings.add(connection, 'A');
  holdings.move('A1', 'waiting');
  holdings.move('A1', 'idle');
  assert.equal(holdings.surplusFor('A3'), 'A2');
});

test('what is not held is passed over', () => {
  const holdings = createHoldings<string>();
  holdings.add('A1', 'A');
  holdings.remove('A1');
  holdings.remove('A1');
  holdings.move('A1', 'waiting');
  assert.equal(holdings.size, 0);
  assert.equal(holdings.surplusFor('A1'), undefined);
  holdings.add('B1', 'B');
  assert.equal(holdings.surplusFor('B1'), 'B1', 'nothing of A is left');
});

interface Known {
  connection: number;
  address: string;
  standing: Standing;
}

/** By looking at everything. Several where several addresses have most. `all` has those that stand so for longest first. */
function plainSurplus(all: readonly Known[], newest: Known): number[] {
  const of = (address: string) => all.filter(one => one.address === address);
  const longest = (address: string, standing: Standing) =>
    of(address).find(one => one.standing === standing)?.connection;
  const own = of(newest.address).length;
  const ownIdle = longest(newest.address, 'idle')!;
  const others = [...new Set(all.map(({ address }) => address))].filter(address => address !== newest.address);
  const most = Math.max(0, ...others.map(address => of(address).length));
  if (own > most) return [ownIdle];
  return others
    .filter(address => of(address).length === most)
    .map(address => {
      const waiting = most > own || own === 1 ? longest(address, 'waiting') : undefined;
      return longest(address, 'idle') ?? longest(address, 'receiving') ?? waiting ?? ownIdle;
    });
}

testRandomly(
  'whatever comes, stands and goes: the one that goes is the one that is found by looking at all',
  500,
  async chance => {
    const most = chance.whole(1, 12);
    const addresses = Array.from({ length: chance.whole(1, 8) }, (_, number) => `10.0.0.${number}`);
    const standings: Standing[] = ['idle', 'receiving', 'waiting'];
    const holdings = createHoldings<number>();
    let all: Known[] = [];
    const forget = (gone: number) => {
      holdings.remove(gone);
      all = all.filter(({ connection }) => connection !== gone);
    };

    for (let connection = 0; connection < 60; connection++) {
      const newest: Known = { connection, address: chance.pick(addresses), standing: 'idle' };
      chance.note(`${connection} of ${newest.address}, beside ${JSON.stringify(all)}`);
      holdings.add(connection, newest.address);
      all.push(newest);
      assert.equal(holdings.size, all.length);
      assert.equal(holdings.addresses, new Set(all.map(({ address }) => address)).size);
      if (all.length > most) {
        const gone = holdings.surplusFor(connection)!;
        assert.ok(plainSurplus(all, newest).includes(gone), `${gone} went`);
        forget(gone);
      }
      while (chance.maybe(0.6) && all.length > 0) {
        const one = chance.pick(all);
        if (chance.maybe(0.2)) forget(one.connection);
        else {
          const standing = chance.pick(standings);
          holdings.move(one.connection, standing);
          if (standing !== one.standing)
            all = [...all.filter(other => other !== one), Object.assign(one, { standing })];
        }
      }
    }
  },
);
