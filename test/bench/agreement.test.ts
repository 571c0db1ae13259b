import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDetections, type Found } from '../../bench/agreement.ts';

const THRESHOLD = 0.25;

function found(class_id: number, score: number, x1: number, y1 = 0, x2 = x1 + 100, y2 = y1 + 100): Found {
  return { class_id, score, box: { x1, y1, x2, y2 } };
}

interface Expected {
  matched: number;
  onlyLeft: number;
  onlyRight: number;
  box?: number[];
  score?: number[];
}

const CASES: [name: string, left: Found[], right: Found[], expected: Expected][] = [
  ['nothing on either side', [], [], { matched: 0, onlyLeft: 0, onlyRight: 0 }],
  [
    'the same detection, moved and scored a little otherwise',
    [found(1, 0.8, 10)],
    [found(1, 0.75, 12)],
    { matched: 1, onlyLeft: 0, onlyRight: 0, box: [2], score: [0.05] },
  ],
  [
    'the same box of another class',
    [found(1, 0.8, 10)],
    [found(2, 0.8, 10)],
    { matched: 0, onlyLeft: 1, onlyRight: 1 },
  ],
  ['boxes that overlap too little', [found(1, 0.8, 0)], [found(1, 0.8, 40)], { matched: 0, onlyLeft: 1, onlyRight: 1 }],
  [
    'a lone one at the threshold is no disagreement',
    [found(1, 0.26, 0)],
    [],
    { matched: 0, onlyLeft: 0, onlyRight: 0 },
  ],
  ['a lone one clear of it is', [], [found(1, 0.28, 0)], { matched: 0, onlyLeft: 0, onlyRight: 1 }],
  [
    'two rivals: each goes to the box it fits best, whatever the order',
    [found(1, 0.8, 0), found(1, 0.7, 20)],
    [found(1, 0.7, 21), found(1, 0.8, 1)],
    { matched: 2, onlyLeft: 0, onlyRight: 0, box: [1, 1], score: [0, 0] },
  ],
  [
    'one detection cannot stand for two of the other side',
    [found(1, 0.6, 2), found(1, 0.8, 0)],
    [found(1, 0.8, 1)],
    { matched: 1, onlyLeft: 1, onlyRight: 0, box: [1], score: [0.2] },
  ],
  [
    'nor the other way round',
    [found(1, 0.8, 0)],
    [found(1, 0.8, 1), found(1, 0.6, 2)],
    { matched: 1, onlyLeft: 0, onlyRight: 1, box: [1], score: [0] },
  ],
];

for (const [name, left, right, expected] of CASES) {
  test(name, () => {
    const agreement = compareDetections([left], [right], THRESHOLD);
    const { matched, onlyLeft, onlyRight } = agreement;
    assert.deepEqual(
      { matched, onlyLeft, onlyRight },
      { matched: expected.matched, onlyLeft: expected.onlyLeft, onlyRight: expected.onlyRight },
    );
    assert.deepEqual(agreement.boxDifferences, expected.box ?? []);
    const scores = agreement.scoreDifferences.map(difference => Math.round(difference * 1e6) / 1e6);
    assert.deepEqual(scores, expected.score ?? []);
    assert.equal(agreement.left, left.length);
    assert.equal(agreement.right, right.length);
  });
}

test('pictures are not mixed up', () => {
  const one = [found(1, 0.8, 0)];
  const other = [found(1, 0.8, 300)];
  assert.equal(compareDetections([one, other], [one, other], THRESHOLD).matched, 2);
  assert.equal(compareDetections([one, other], [other, one], THRESHOLD).matched, 0);
});
