import { test } from 'node:test';
import { deviation, expectation, softmax } from '../../../src/detector/gfl/integral.ts';
import { assertClose } from '../../support/largest-difference.ts';
import { seededRandom } from '../../support/random.ts';

const ln = Math.log;
// logits, probabilities, expectation, deviation: worked out by hand.
const cases: [string, number[], number[], number, number][] = [
  ['flat over 4 bins', [0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], 1.5, Math.sqrt(1.25)],
  ['all in bin 2', [-1000, -1000, 0, -1000], [0, 0, 1, 0], 2, 0],
  ['1:3 between bins 0 and 1', [0, ln(3)], [0.25, 0.75], 0.75, Math.sqrt(3) / 4],
  ['a shift of all logits changes nothing', [8, 8 + ln(3)], [0.25, 0.75], 0.75, Math.sqrt(3) / 4],
  ['two peaks three bins apart', [0, -1000, -1000, 0], [0.5, 0, 0, 0.5], 1.5, 1.5],
];
for (const [name, logits, probabilities, mean, sigma] of cases) {
  test(`integral: ${name}`, () => {
    const out = new Float64Array(logits.length);
    softmax(Float32Array.from([9, ...logits, 9]), 1, 1, out);
    assertClose(out, probabilities, 1e-6, 'probabilities');
    assertClose([expectation(out), deviation(out, expectation(out))], [mean, sigma], 2e-6, 'expectation and deviation');
  });
}

test('integral: against the defining sums in plain form, random logits', () => {
  const random = seededRandom(1);
  const actual: number[] = [];
  const expected: number[] = [];
  for (let round = 0; round < 500; round++) {
    const logits = Float32Array.from({ length: 17 }, () => 12 * random() - 6);
    const out = new Float64Array(17);
    softmax(logits, 0, 1, out);
    const mean = expectation(out);
    actual.push(...out, mean, deviation(out, mean));
    const weights = Array.from(logits, Math.exp);
    const total = weights.reduce((sum, w) => sum + w);
    const p = weights.map(w => w / total);
    const first = p.reduce((sum, v, i) => sum + i * v, 0);
    const second = p.reduce((sum, v, i) => sum + i * i * v, 0);
    expected.push(...p, first, Math.sqrt(second - first * first));
  }
  assertClose(actual, expected, 1e-12, '500 distributions over 17 bins');
});

test('integral: logits that lie a step apart', () => {
  const spread = Float32Array.from([9, 0, 7, ln(3), 7, 9]);
  const out = new Float64Array(2);
  softmax(spread, 1, 2, out);
  assertClose(out, [0.25, 0.75], 1e-6, 'every second value from index 1');
});
