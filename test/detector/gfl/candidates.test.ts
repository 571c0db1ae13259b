import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CandidateRule, selectCandidates } from '../../../src/detector/gfl/candidates.ts';
import type { Plane } from '../../../src/detector/gfl/split-outputs.ts';
import { assertClose } from '../../support/largest-difference.ts';
import { seededRandom } from '../../support/random.ts';

const classes = 3;
const scores = [0.1, 0.9, 0.3, 0.5, 0.5, 0.05, 0.9, 0.2, 0.6];

/** The same scores as they lie in both layouts, within a larger tensor. */
function planes(values: readonly number[], points: number): Record<string, Plane> {
  const pointsFirst = Float32Array.from({ length: 2 + points * 5 }, () => 99);
  const channelsFirst = Float32Array.from({ length: points + points * classes }, () => 99);
  for (let p = 0; p < points; p++) {
    for (let c = 0; c < classes; c++) {
      pointsFirst[2 + p * 5 + c] = values[p * classes + c]!;
      channelsFirst[points + c * points + p] = values[p * classes + c]!;
    }
  }
  return {
    'points first': { data: pointsFirst, start: 2, pointStep: 5, channelStep: 1 },
    'channels first': { data: channelsFirst, start: points, pointStep: 1, channelStep: points },
  };
}

function pairs(
  plane: Plane,
  points: number,
  kind: 'probability' | 'logit',
  thresholds: readonly number[],
  perLevel: number,
  rule: CandidateRule = 'all-classes',
): string[] {
  const options = { scores: kind, thresholds: Float32Array.from(thresholds), perLevel, rule };
  const found = selectCandidates(plane, points, options);
  return Array.from(found.points, (point, i) => `${point}/${found.classIds[i]}`);
}

test('a score of 1 reaches a threshold of 1, given as probability or as logit, and no class that is left out', () => {
  const thresholds = [1, 1, Infinity];
  assert.deepEqual(pairs(planes([1, 0.999, 1], 1)['points first']!, 1, 'probability', thresholds, 9), ['0/0']);
  assert.deepEqual(pairs(planes([20, 16, 20], 1)['points first']!, 1, 'logit', thresholds, 9), ['0/0']);
});

const cases: [string, number[], number, CandidateRule, string[]][] = [
  ['every pair at the threshold or above', [0.5, 0.5, 0.5], 99, 'all-classes', ['0/1', '1/0', '1/1', '2/0', '2/2']],
  ['a threshold for each class', [0.9, 0.95, 0.3], 99, 'all-classes', ['0/2', '2/0', '2/2']],
  ['a class left out', [Infinity, 0.5, Infinity], 99, 'all-classes', ['0/1', '1/1']],
  ['the best when there are too many', [0, 0, 0], 3, 'all-classes', ['0/1', '2/0', '2/2']],
  ['of equal ones the first', [0, 0, 0], 1, 'all-classes', ['0/1']],
  ['of equal ones at the limit the first', [0, 0, 0], 4, 'all-classes', ['0/1', '1/0', '2/0', '2/2']],
  ['none', [1, 1, 1], 99, 'all-classes', []],
  ['only the best class of a point', [0.2, 0.2, 0.2], 99, 'best-class', ['0/1', '1/0', '2/0']],
  ['of a point only the wanted class', [Infinity, Infinity, 0.2], 99, 'best-class', ['0/2', '2/2']],
  ['all classes of the best points', [0.2, 0.2, 0.2], 2, 'max-class', ['0/1', '0/2', '2/0', '2/1', '2/2']],
  ['all classes when the points are few', [0.5, 0.5, 0.5], 3, 'max-class', ['0/1', '1/0', '1/1', '2/0', '2/2']],
];
for (const [name, thresholds, perLevel, rule, expected] of cases) {
  for (const [layout, plane] of Object.entries(planes(scores, 3))) {
    test(`candidates, ${layout}: ${name}`, () => {
      assert.deepEqual(pairs(plane, 3, 'probability', thresholds, perLevel, rule), expected);
    });
  }
  test(`candidates from logits: ${name}`, () => {
    // The same scores as logits; equal scores stay equal. Thresholds a hair lower, since the logit rounds.
    const logits = scores.map(score => Math.log(score / (1 - score)));
    const lower = thresholds.map(t => (t > 0 && t < 1 ? t - 1e-6 : t));
    const plane = planes(logits, 3)['points first']!;
    assert.deepEqual(pairs(plane, 3, 'logit', lower, perLevel, rule), expected);
    const options = { scores: 'logit', thresholds: Float32Array.from(lower), perLevel, rule } as const;
    const { scores: joint, points, classIds } = selectCandidates(plane, 3, options);
    assertClose(
      joint,
      Array.from(points, (point, i) => scores[point * classes + classIds[i]!]!),
      1e-6,
      'scores',
    );
  });
}

test('candidates: not a number never passes', () => {
  const plane = planes([Number.NaN, 0.9, Number.NaN], 1)['points first']!;
  assert.deepEqual(pairs(plane, 1, 'probability', [0, 0, 0], 99), ['0/1']);
});

test('candidates: against sorting everything, random scores with ties', () => {
  const random = seededRandom(7);
  const points = 40;
  for (let round = 0; round < 50; round++) {
    const many = Array.from({ length: points * classes }, () => Math.fround(Math.round(random() * 30) / 30));
    const threshold = Math.fround(random());
    const limit = 1 + Math.floor(random() * 60);
    const expected = Array.from(many.keys())
      .filter(i => many[i]! >= threshold)
      .sort((i, j) => many[j]! - many[i]! || i - j)
      .slice(0, limit)
      .sort((i, j) => i - j)
      .map(i => `${Math.floor(i / classes)}/${i % classes}`);
    for (const plane of Object.values(planes(many, points))) {
      assert.deepEqual(pairs(plane, points, 'probability', [threshold, threshold, threshold], limit), expected);
    }
  }
});
