import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../../src/page/api/answer.ts';
import { boxesAt } from '../../../src/page/draw/boxes-at.ts';

const BOXES: Box[] = [
  { x1: 0, y1: 0, x2: 400, y2: 300 },
  { x1: 10, y1: 10, x2: 390, y2: 290 },
  { x1: 200, y1: 100, x2: 260, y2: 160 },
  { x1: 500, y1: 100, x2: 504, y2: 104 },
  { x1: 380, y1: 200, x2: 440, y2: 260 },
];

const POINTS: [name: string, x: number, y: number, found: number[]][] = [
  ['in all three, the smallest first', 230, 130, [2, 1, 0]],
  ['in two', 100, 200, [1, 0]],
  ['on the outer edge of two that nearly coincide', 1, 150, [0]],
  ['on the inner edge of these', 12, 150, [1, 0]],
  ['on the edge of a large one, within a small one', 399, 230, [0, 4]],
  ['a little outside', 405, 150, [0]],
  ['far outside', 450, 250, []],
  ['beside one that is too small to hit', 511, 102, [3]],
  ['at the corner of the smallest', 199, 99, [2, 1, 0]],
];

for (const [name, x, y, found] of POINTS) {
  test(`the pointer is ${name}`, () => assert.deepEqual(boxesAt({ x, y }, BOXES), found));
}
