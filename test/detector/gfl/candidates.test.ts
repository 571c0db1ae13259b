import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectCandidates } from '../../../src/detector/gfl/candidates.ts';
import { assertClose } from '../../support/largest-difference.ts';
import { seededRandom } from '../../support/random.ts';

const classes = 3;
const scores = Float32Array.from([0.1, 0.9, 0.3, 0.5, 0.5, 0.05, 0.9, 0.2, 0.6]);

function pairs(...args: Parameters<typeof selectCandidates>): string[] {
  const found = selectCandidates(...args);
  return Array.from(found.points, (point, i) => `${point}/${found.classIds[i]}`);
}

const cases: [string, number[], number, string[]][] = [
  ['every pair at the threshold or above', [0.5, 0.5, 0.5], 99, ['0/1', '1/0', '1/1', '2/0', '2/2']],
  ['a threshold for each class', [0.9, 0.95, 0.3], 99, ['0/2', '2/0', '2/2']],
  ['a class left out', [Infinity, 0.5, Infinity], 99, ['0/1', '1/1']],
  ['the best when there are too many', [0, 0, 0], 3, ['0/1', '2/0', '2/2']],
  ['of equal ones the first', [0, 0, 0], 1, ['0/1']],
  ['of equal ones at the limit the first', [0, 0, 0], 4, ['0/1', '1/0', '2/0', '2/2']],
  ['none', [1, 1, 1], 99, []],
];
for (const [name, thresholds, limit, expected] of cases) {
  test(`candidates: ${name}`, () => {
    assert.deepEqual(pairs(scores, 'probability', Float32Array.from(thresholds), limit), expected);
  });
  test(`candidates from logits: ${name}`, () => {
    // The same scores as logits; equal scores stay equal. Thresholds a hair lower, since the logit rounds.
    const logits = scores.map(score => Math.log(score / (1 - score)));
    const lower = Float32Array.from(thresholds, t => (t > 0 && t < 1 ? t - 1e-6 : t));
    assert.deepEqual(pairs(logits, 'logit', lower, limit), expected);
    const { scores: joint, points, classIds } = selectCandidates(logits, 'logit', lower, limit);
    assertClose(
      joint,
      Float32Array.from(points, (point, i) => scores[point * classes + classIds[i]!]!),
      1e-6,
      'scores',
    );
  });
}

test('candidates: not a number never passes', () => {
  const broken = Float32Array.from([Number.NaN, 0.9, Number.NaN]);
  assert.deepEqual(pairs(broken, 'probability', new Float32Array(3), 99), ['0/1']);
});

test('candidates: against sorting everything, random scores with ties', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 50; round++) {
    const many = Float32Array.from({ length: 40 * classes }, () => Math.round(random() * 30) / 30);
    const threshold = Math.fround(random());
    const limit = 1 + Math.floor(random() * 60);
    const expected = Array.from(many.keys())
      .filter(i => many[i]! >= threshold)
      .sort((i, j) => many[j]! - many[i]! || i - j)
      .slice(0, limit)
      .sort((i, j) => i - j)
      .map(i => `${Math.floor(i / classes)}/${i % classes}`);
    assert.deepEqual(pairs(many, 'probability', new Float32Array(classes).fill(threshold), limit), expected);
  }
});
