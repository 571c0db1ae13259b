import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distanceToBox } from '../../../src/detector/gfl/distance-to-box.ts';
import { priorCentre } from '../../../src/detector/gfl/prior-centres.ts';

const bounds = { width: 416, height: 320 };
const boxes: [string, Parameters<typeof distanceToBox>, number[]][] = [
  ['inside', [{ x: 100, y: 50 }, { left: 10, top: 20, right: 30, bottom: 40 }, bounds], [90, 30, 130, 90]],
  ['clipped left and top at 0', [{ x: 5, y: 5 }, { left: 10, top: 20, right: 1, bottom: 1 }, bounds], [0, 0, 6, 6]],
  [
    'clipped at width and height, not one less',
    [{ x: 410, y: 310 }, { left: 0, top: 0, right: 99, bottom: 99 }, bounds],
    [410, 310, 416, 320],
  ],
];
for (const [name, args, expected] of boxes) {
  test(`distance to box: ${name}`, () => assert.deepEqual(Object.values(distanceToBox(...args)), expected));
}

const centres: [string, Parameters<typeof priorCentre>, { x: number; y: number }][] = [
  ['first point, middle of the cell', [0, 52, 8, 0.5], { x: 4, y: 4 }],
  ['first point, corner of the cell', [0, 52, 8, 0], { x: 0, y: 0 }],
  ['last point of the first row', [51, 52, 8, 0.5], { x: 412, y: 4 }],
  ['first point of the second row', [52, 52, 8, 0.5], { x: 4, y: 12 }],
  ['row by row, y outer', [13 * 7 + 3, 13, 32, 0], { x: 96, y: 224 }],
];
for (const [name, args, expected] of centres) {
  test(`prior centre: ${name}`, () => assert.deepEqual(priorCentre(...args), expected));
}
