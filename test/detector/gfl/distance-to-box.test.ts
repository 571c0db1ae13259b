import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipBox, distanceToBox } from '../../../src/detector/gfl/distance-to-box.ts';
import { priorCentre } from '../../../src/detector/gfl/prior-centres.ts';

test('distance to box: centre minus left and top, plus right and bottom', () => {
  const box = distanceToBox({ x: 100, y: 50 }, { left: 10, top: 20, right: 30, bottom: 40 });
  assert.deepEqual(box, { x1: 90, y1: 30, x2: 130, y2: 90 });
});

const bounds = { x1: 0, y1: 40, x2: 416, y2: 320 };
const boxes: [string, number[], number[]][] = [
  ['inside', [90, 50, 130, 90], [90, 50, 130, 90]],
  ['over the left and the upper side', [-5, -15, 6, 46], [0, 40, 6, 46]],
  ['at width and height, not one less', [410, 310, 509, 409], [410, 310, 416, 320]],
  ['outside', [500, 0, 600, 10], [416, 40, 416, 40]],
];
for (const [name, [x1, y1, x2, y2], expected] of boxes) {
  test(`clip: ${name}`, () => {
    assert.deepEqual(Object.values(clipBox({ x1: x1!, y1: y1!, x2: x2!, y2: y2! }, bounds)), expected);
  });
}

const centres: [string, Parameters<typeof priorCentre>, { x: number; y: number }][] = [
  ['first point, middle of the cell', [0, 52, 8, 0.5], { x: 4, y: 4 }],
  ['first point, corner of the cell', [0, 52, 8, 0], { x: 0, y: 0 }],
  ['first point, middle pixel of the cell', [0, 52, 8, '(stride-1)/2'], { x: 3.5, y: 3.5 }],
  ['last point of the first row', [51, 52, 8, 0.5], { x: 412, y: 4 }],
  ['first point of the second row', [52, 52, 8, 0.5], { x: 4, y: 12 }],
  ['row by row, y outer', [13 * 7 + 3, 13, 32, 0], { x: 96, y: 224 }],
  ['row by row, middle pixel', [13 * 7 + 3, 13, 32, '(stride-1)/2'], { x: 111.5, y: 239.5 }],
];
for (const [name, args, expected] of centres) {
  test(`prior centre: ${name}`, () => assert.deepEqual(priorCentre(...args), expected));
}
