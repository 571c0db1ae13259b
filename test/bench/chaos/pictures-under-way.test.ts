import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../bench/chaos/exchange.ts';
import { picturesUnderWay } from '../../../bench/chaos/pictures-under-way.ts';

const exchange = (begunAt: number, endedAt: number, pictures: number, left = false) =>
  ({ begunAt, endedAt, pictures, left }) as Exchange;
const EXCHANGES = [exchange(0, 100, 2), exchange(50, 200, 3), exchange(150, 300, 4), exchange(190, 310, 1, true)];

const CASES: [name: string, from: number, to: number, most: number][] = [
  ['nothing before', -10, -1, 0],
  ['one', 0, 10, 2],
  ['two that overlap, begun before', 60, 90, 5],
  ['the most of a long time, not all of it', 0, 1000, 8],
  ['at its last moment only the last two', 250, 305, 5],
  ['of who left some more', 700, 710, 1],
  ['and then no more', 900, 910, 0],
];
for (const [name, from, to, most] of CASES) {
  test(`pictures under way: ${name}`, () => assert.equal(picturesUnderWay(EXCHANGES, from, to), most));
}
