import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CandidateOptions, type CandidateRule, scoreFloor } from '../../../src/detector/gfl/candidates.ts';
import { decodeLevels } from '../../../src/detector/gfl/decode.ts';
import { describeEdges } from '../../../src/detector/gfl/describe-edges.ts';
import {
  type BoundOutput,
  type KeptPoints,
  type Layout,
  splitOutputs,
} from '../../../src/detector/gfl/split-outputs.ts';

const CLASSES = 4;
const BINS = 8;
const CHANNELS = CLASSES + 4 * BINS;
const NETWORK = { width: 64, height: 96 };
const STRIDES = [8, 16, 32];
const POINTS = 8 * 12 + 4 * 6 + 2 * 3;
const BATCH = 2;

const FUSED: BoundOutput = {
  scores: { output: 'all', channel: 0, channels: CHANNELS },
  boxes: { output: 'all', channel: CLASSES, channels: CHANNELS },
  strides: STRIDES,
};

function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** (BATCH, points, CHANNELS) or (BATCH, CHANNELS, points) */
function outputs(layout: Layout, points: readonly number[], value: (b: number, p: number, c: number) => number) {
  const data = new Float32Array(BATCH * points.length * CHANNELS);
  for (let b = 0; b < BATCH; b++) {
    for (const [at, p] of points.entries()) {
      for (let c = 0; c < CHANNELS; c++) {
        const inside = layout === 'points-first' ? at * CHANNELS + c : c * points.length + at;
        data[b * points.length * CHANNELS + inside] = value(b, p, c);
      }
    }
  }
  return { all: { data } };
}

for (const layout of ['points-first', 'channels-first'] as const) {
  for (const rule of ['all-classes', 'best-class', 'max-class'] satisfies CandidateRule[]) {
    test(`what the graph leaves decodes to the same as everything: ${layout}, ${rule}`, () => {
      let found = 0;
      for (let seed = 1; seed <= 40; seed++) {
        const next = random(seed);
        // Few values, so that many are equal.
        const values = Array.from({ length: BATCH * POINTS * CHANNELS }, () => Math.round(next() * 20) / 20);
        const value = (b: number, p: number, c: number) => values[(b * POINTS + p) * CHANNELS + c]!;
        const all = [...Array(POINTS).keys()];
        const scores = seed % 2 === 0 ? ('logit' as const) : ('probability' as const);
        const thresholds = [0, 1].map(() =>
          Float32Array.from({ length: CLASSES }, () => (next() < 0.3 ? Infinity : 0.45 + next() / 2)),
        );
        const floor = scoreFloor(thresholds, scores);
        const left = all.filter(p =>
          [0, 1].some(b =>
            Array.from({ length: CLASSES }, (_, c) => value(b, p, c)).some(score => Math.fround(score) >= floor),
          ),
        );
        for (const index of [0, 1]) {
          const options: CandidateOptions = { scores, thresholds: thresholds[index]!, perLevel: 7, rule };
          const decode = (points: readonly number[], kept?: KeptPoints[]) => {
            const levels = splitOutputs(outputs(layout, points, value), [FUSED], layout, NETWORK, BATCH, index, kept);
            const { sources, ...decoded } = decodeLevels(
              levels,
              { boxes: 'logits', bins: BINS, priorOffset: 0.5 },
              options,
              undefined,
            );
            return { ...decoded, edges: sources.map(source => describeEdges(source, BINS, 0.5)) };
          };
          const expected = decode(all);
          assert.deepEqual(decode(left, [{ points: Int32Array.from(left), of: POINTS }]), expected, `seed ${seed}`);
          found += expected.scores.length;
        }
      }
      assert.ok(found > 200, `${found} candidates`);
    });
  }
}

test('tensors of another size than the network or the points that are left ask for are refused', () => {
  const split = (points: number, kept?: KeptPoints[]) =>
    splitOutputs(
      outputs('points-first', [...Array(points).keys()], () => 0),
      ...([[FUSED], 'points-first', NETWORK, BATCH, 0, kept] as const),
    );
  assert.equal(split(POINTS).length, 3);
  assert.throws(() => split(POINTS - 1), /"all" has 9000 values where 2 x 126 x 36 are expected/);
  assert.throws(() => split(0), /has 0 values/);
  assert.deepEqual(
    split(3, [{ points: Int32Array.of(0, 96, 125), of: POINTS }]).map(({ points, cells }) => [points, ...cells!]),
    [
      [1, 0],
      [1, 0],
      [1, 5],
    ],
  );
  assert.deepEqual(
    split(0, [{ points: new Int32Array(), of: POINTS }]).map(({ points }) => points),
    [0, 0, 0],
  );
  assert.throws(() => split(3, [{ points: Int32Array.of(0, 96), of: POINTS }]), /where 2 x 2 x 36 are expected/);
  // The grid that the graph had, whatever is kept of it.
  assert.throws(() => split(0, [{ points: new Int32Array(), of: 120 }]), /"all" has 120 points where 126 are expected/);
});

test('decoded boxes, as many as there are, none among them; scores and boxes agree on how many', () => {
  const split = (scores: number, boxes: number) =>
    splitOutputs(
      { scores: { data: new Float32Array(scores * 3) }, boxes: { data: new Float32Array(boxes * 4) } },
      [
        {
          scores: { output: 'scores', channel: 0, channels: 3 },
          boxes: { output: 'boxes', channel: 0, channels: 4 },
          strides: [],
        },
      ],
      'points-first',
      { width: 96, height: 64 },
      1,
      0,
    ).map(({ points }) => points);
  assert.deepEqual(split(5, 5), [5]);
  assert.deepEqual(split(0, 0), [0]);
  assert.throws(() => split(5, 4), /"boxes" has 16 values where 1 x 5 x 4 are expected/);
  assert.throws(() => split(0, 4), /"boxes" has 16 values where 1 x 0 x 4 are expected/);
});

test('the floor is the lowest threshold of all, in the unit of the graph', () => {
  const thresholds = [Float32Array.of(0.5, Infinity), Float32Array.of(0.25, 0.75)];
  assert.equal(scoreFloor(thresholds, 'probability'), 0.25);
  assert.equal(scoreFloor(thresholds, 'logit'), Math.fround(Math.log(1 / 3)));
  assert.equal(scoreFloor([Float32Array.of(Infinity)], 'logit'), Infinity);
  assert.equal(scoreFloor([Float32Array.of(0)], 'logit'), -Infinity);
});
