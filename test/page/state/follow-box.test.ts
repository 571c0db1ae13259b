import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Detection } from '../../../src/page/api/answer.ts';
import { followBox } from '../../../src/page/state/follow-box.ts';

const at = (label: string, x: number, y: number): Detection => ({
  ...{ class_id: 0, label, score: 0.5 },
  box: { x1: x, y1: y, x2: x + 100, y2: y + 100 },
});
const answer = (...detections: Detection[]): Answer => ({
  ...{ request_id: 'r', model: { name: 'm', version: '1', provider: 'cpu' }, image: { width: 500, height: 500 } },
  detections,
});

const FRAMES: [name: string, next: Answer, index: number | undefined][] = [
  ['moved a little', answer(at('cat', 300, 300), at('dog', 110, 105)), 1],
  ['the nearer of two', answer(at('dog', 130, 100), at('dog', 105, 100)), 1],
  ['another class in its place', answer(at('cat', 100, 100)), undefined],
  ['gone far', answer(at('dog', 190, 190)), undefined],
  ['gone', answer(), undefined],
];

for (const [name, next, index] of FRAMES) {
  test(`followed from frame to frame: ${name}`, () => assert.equal(followBox(at('dog', 100, 100), next), index));
}
