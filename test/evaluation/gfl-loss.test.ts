import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  distributionFocalLoss,
  focalLoss,
  type GflPoint,
  generalizedFocalLoss,
  qualityFocalLoss,
} from '../../src/evaluation/gfl-loss.ts';
import { assertClose } from '../support/largest-difference.ts';
import { seededRandom } from '../support/random.ts';

/** Li et al. 2020. Every identity is held at this many random points. */
const POINTS = 2000;
const EXACT = 1e-12;

const random = seededRandom(9);
const points = Array.from({ length: POINTS }, () => {
  const lower = Math.floor(random() * 16);
  const upper = lower + 1 + Math.floor(random() * 3);
  const target = lower + random() * (upper - lower);
  return { lower, upper, target, probability: 0.001 + 0.998 * random(), beta: random() * 4 };
});

/** The loss as a function of p_r alone, with p_l = 1 - p_r. */
function along({ target, lower, upper }: Omit<GflPoint, 'beta'>, beta: number, upperProbability: number): number {
  return generalizedFocalLoss({ target, lower, upper, lowerProbability: 1 - upperProbability, upperProbability, beta });
}

/** d/dp_r of the same, by hand: the product rule on |e|^beta * C with e = y - (y_l p_l + y_r p_r). */
function slope({ target, lower, upper }: Omit<GflPoint, 'beta'>, beta: number, p: number): number {
  const e = target - (lower * (1 - p) + upper * p);
  const crossEntropy = -((upper - target) * Math.log(1 - p) + (target - lower) * Math.log(p));
  const modulation = beta === 0 ? 0 : -beta * Math.abs(e) ** (beta - 1) * Math.sign(e) * (upper - lower);
  const pull = (upper - target) / (1 - p) - (target - lower) / p;
  return modulation * crossEntropy + Math.abs(e) ** beta * pull;
}

const atTarget = points.map(({ lower, upper, target }) => ({
  point: { lower, upper, target, lowerProbability: Number.NaN, upperProbability: Number.NaN },
  best: (target - lower) / (upper - lower),
}));

describe('special cases of the one function', () => {
  test('equation 9: FL is GFL with y_l = 0, y_r = 1, a label 0 or 1, and beta = gamma', () => {
    const labelled = points.map(({ probability, beta }, i) => ({ probability, gamma: beta, label: (i % 2) as 0 | 1 }));
    const expected = labelled.map(({ probability, gamma, label }) => {
      const ofTheTruth = label === 1 ? probability : 1 - probability;
      return -((1 - ofTheTruth) ** gamma) * Math.log(ofTheTruth);
    });
    const general = labelled.map(({ probability: p, gamma: beta, label: target }) =>
      generalizedFocalLoss({ target, lower: 0, upper: 1, lowerProbability: 1 - p, upperProbability: p, beta }),
    );
    assertClose(general, expected, EXACT, 'GFL as FL');
    assertClose(
      labelled.map(({ probability, gamma, label }) => focalLoss(probability, label, gamma)),
      expected,
      EXACT,
      'FL',
    );
  });

  test('equation 10: QFL is GFL with y_l = 0, y_r = 1 and a target in between', () => {
    const scored = points.map(({ probability: score, target, lower, upper, beta }) => {
      return { score, quality: (target - lower) / (upper - lower), beta };
    });
    const expected = scored.map(
      ({ score, quality, beta }) =>
        -(Math.abs(quality - score) ** beta) * ((1 - quality) * Math.log(1 - score) + quality * Math.log(score)),
    );
    const general = scored.map(({ score, quality: target, beta }) =>
      generalizedFocalLoss({ target, lower: 0, upper: 1, lowerProbability: 1 - score, upperProbability: score, beta }),
    );
    assertClose(general, expected, EXACT, 'GFL as QFL');
    assertClose(
      scored.map(({ score, quality, beta }) => qualityFocalLoss(score, quality, beta)),
      expected,
      EXACT,
      'QFL',
    );
  });

  test('equation 11: DFL is GFL with beta = 0 and two bins that are neighbours', () => {
    const edges = points.map(({ target, probability }) => {
      const distribution = Array.from({ length: 17 }, () => random());
      const sum = distribution.reduce((a, b) => a + b) + probability;
      return { target: Math.min(target, 16), distribution: distribution.map(p => p / sum) };
    });
    const expected = edges.map(({ target, distribution }) => {
      const i = Math.min(Math.floor(target), 15);
      return -((i + 1 - target) * Math.log(distribution[i]!) + (target - i) * Math.log(distribution[i + 1]!));
    });
    const general = edges.map(({ target, distribution }) => {
      const lower = Math.min(Math.floor(target), 15);
      const [lowerProbability, upperProbability] = [distribution[lower]!, distribution[lower + 1]!];
      return generalizedFocalLoss({ target, lower, upper: lower + 1, lowerProbability, upperProbability, beta: 0 });
    });
    assertClose(general, expected, EXACT, 'GFL as DFL');
    assertClose(
      edges.map(({ target, distribution }) => distributionFocalLoss(distribution, target)),
      expected,
      EXACT,
      'DFL',
    );
  });

  test('QFL of a label is FL', () => {
    const both = points.map(({ probability, beta }, i) => [probability, (i % 2) as 0 | 1, beta] as const);
    assertClose(
      both.map(args => qualityFocalLoss(...args)),
      both.map(args => focalLoss(...args)),
      EXACT,
      'QFL as FL',
    );
  });
});

describe('the target is where the loss is least', () => {
  for (const beta of [0, 2, 3]) {
    test(`beta ${beta}: no probability is better than p_r = (y - y_l) / (y_r - y_l)`, () => {
      let closest = Number.POSITIVE_INFINITY;
      for (const { point, best } of atTarget) {
        const least = along(point, beta, best);
        if (beta > 0) assert.ok(Math.abs(least) <= EXACT, `the loss at the target is ${least}`);
        for (const p of [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, best * 0.99, best + (1 - best) * 0.01]) {
          const above = along(point, beta, p) - least;
          assert.ok(above > 0 || p === best, `${JSON.stringify(point)}: p_r ${p} is better than ${best}`);
          closest = Math.min(closest, above);
        }
      }
      console.log(`smallest distance above the minimum: ${closest}`);
    });

    test(`beta ${beta}: the slope there is zero, by hand and by differences`, () => {
      const inside = atTarget.filter(({ best }) => best > 0.01 && best < 0.99);
      assert.ok(inside.length > POINTS / 2);
      const zeros = inside.map(() => 0);
      assertClose(
        inside.map(({ point, best }) => slope(point, beta, best)),
        zeros,
        1e-11,
        'slope by hand',
      );
      const h = 1e-6;
      const byDifferences = inside.map(
        ({ point, best }) => (along(point, beta, best + h) - along(point, beta, best - h)) / (2 * h),
      );
      assertClose(byDifferences, zeros, 1e-6, 'slope by differences');
    });

    test(`beta ${beta}: away from it both slopes agree`, () => {
      const h = 1e-6;
      const away = points.filter(({ probability }) => probability > 0.02 && probability < 0.98);
      const point = (i: number) => ({ ...away[i]!, lowerProbability: Number.NaN, upperProbability: Number.NaN });
      assertClose(
        away.map(({ probability: p }, i) => (along(point(i), beta, p + h) - along(point(i), beta, p - h)) / (2 * h)),
        away.map(({ probability: p }, i) => slope(point(i), beta, p)),
        1e-5,
        'slope by differences and by hand',
      );
    });
  }
});

describe('at the ends', () => {
  const cases: [string, number, number][] = [
    ['a sure and right detection costs nothing', qualityFocalLoss(1, 1), 0],
    ['a sure and right rejection costs nothing', qualityFocalLoss(0, 0), 0],
    ['a sure and wrong one costs everything', qualityFocalLoss(0, 1), Number.POSITIVE_INFINITY],
    ['all probability on the bin of the edge', distributionFocalLoss([0, 0, 1, 0], 2), 0],
    ['the last bin is reached', distributionFocalLoss([0, 0, 0, 1], 3), 0],
    ['half way between two bins costs log 2', distributionFocalLoss([0, 0.5, 0.5], 1.5), Math.log(2)],
  ];
  for (const [name, actual, expected] of cases) {
    test(name, () => assert.ok(actual === expected || Math.abs(actual - expected) < EXACT, `${actual}`));
  }
});
