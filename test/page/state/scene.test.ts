import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../../src/page/api/answer.ts';
import { classCounts, shownDetections } from '../../../src/page/state/scene.ts';
import { shownAnswer } from '../../../src/page/state/shown-answer.ts';

const box = { x1: 1, y1: 2, x2: 3, y2: 4 };
const point = { x: 1, y: 1 };
const distribution = { left: [1], top: [1], right: [1], bottom: [1], origin: point, bin_size: point };
const ANSWER: Answer = {
  request_id: 'one',
  model: { name: 'tiny', version: '1', provider: 'cpu' },
  image: { width: 64, height: 64 },
  detections: [
    { class_id: 7, label: 'cat', score: 0.9, box, distribution },
    { class_id: 2, label: 'dog', score: 0.5, box, distribution },
    { class_id: 2, label: 'dog', score: 0.25, box, distribution },
    { class_id: 0, label: 'bird', score: 0.1, box, distribution },
  ],
  timings_ms: { total: 3 },
};

const SHOWN: [name: string, threshold: number, classes: string[], indices: number[]][] = [
  ['a score equal to the threshold is shown', 0.25, [], [0, 1, 2]],
  ['nothing reaches it', 0.95, [], []],
  ['no class chosen is every class', 0, [], [0, 1, 2, 3]],
  ['one class', 0, ['dog'], [1, 2]],
  ['class and threshold', 0.3, ['dog', 'bird'], [1]],
  ['a class that is not there', 0, ['horse'], []],
];

for (const [name, threshold, classes, indices] of SHOWN) {
  test(`shown: ${name}`, () => {
    const shown = shownDetections(ANSWER, { threshold, classes: new Set(classes) });
    assert.deepEqual(
      shown.map(({ index }) => index),
      indices,
    );
  });
}

test('chips: most boxes first, chosen classes stay though they have none', () => {
  const counts = classCounts(ANSWER, 0.2, new Set(['bird', 'cat']));
  assert.deepEqual(counts, [
    { label: 'dog', classId: 2, count: 2 },
    { label: 'cat', classId: 7, count: 1 },
    { label: 'bird', classId: -1, count: 0 },
  ]);
});

const PLAIN = { threshold: 0.5, classes: new Set(['dog']) };

test('the shown answer has only what was asked for', () => {
  const { timings_ms, ...rest } = ANSWER;
  const { distribution: bins, ...dog } = ANSWER.detections[1]!;
  assert.deepEqual(shownAnswer(ANSWER, { ...PLAIN, include: new Set() }), { ...rest, detections: [dog] });
  const include = new Set(['distribution', 'timings'] as const);
  assert.deepEqual(shownAnswer(ANSWER, { ...PLAIN, include }), {
    ...{ ...rest, timings_ms },
    detections: [{ ...dog, distribution: bins }],
  });
});
