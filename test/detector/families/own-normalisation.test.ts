import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  leaveNormalisation,
  type OwnNormalisation,
  ownNormalisation,
} from '../../../src/detector/families/own-normalisation.ts';
import { PREPROCESSING } from '../../../src/detector/families/preprocessing.ts';
import type { GraphFile } from '../../../src/detector/model/read-graph.ts';

const dets = { detections: 'dets', labels: 'labels' };

test('where the graph normalises, what is padded with 0 behind that is padded with the mean colour before it', () => {
  const { input } = PREPROCESSING.gfl(dets, false);
  for (const range of [255, 1] as const) {
    const { resize, mean, std } = leaveNormalisation(input, { range });
    assert.deepEqual([resize.pad, mean, std], [[124, 116, 104], [0, 0, 0], Array(3).fill(255 / range)]);
  }
  const { input: black } = PREPROCESSING.nanodet(dets, false);
  assert.deepEqual(leaveNormalisation(black, { range: 255, colour: 'rgb' }).resize, black.resize);
});

test('where the graph exchanges red and blue, it takes the other order, or that of its means', () => {
  const { resize } = PREPROCESSING.nanodet(dets, false).input;
  const left = (own: OwnNormalisation) => {
    const { colour, mean, std } = leaveNormalisation(
      { resize, colour: 'bgr', scale: 1, mean: [1, 2, 3], std: [4, 5, 6] },
      own,
    );
    return [colour, mean, std];
  };
  assert.deepEqual(left({ reversed: true }), ['rgb', [3, 2, 1], [6, 5, 4]]);
  assert.deepEqual(left({ range: 255, reversed: true }), ['rgb', [0, 0, 0], [1, 1, 1]]);
  assert.deepEqual(left({ range: 255, reversed: true, colour: 'bgr' }), ['bgr', [0, 0, 0], [1, 1, 1]]);
});

const scalings: [string, number, number, ReturnType<typeof ownNormalisation>][] = [
  ['0 to 255 made 0 to 1', 1 / 255, 0, { range: 255 }],
  ['0 to 255 made -1 to 1', 1 / 127.5, -1, { range: 255 }],
  ['0 to 1 made -1 to 1', 2, -1, { range: 1 }],
  ['0 to 1 made 0 to 255', 255, 0, { range: 1 }],
  ['a learned factor', 1.2, 0.1, undefined],
  ['a shift', 1, -0.5, undefined],
  ['signed bytes', 1, -128, undefined],
  ['a negative', -1 / 255, 1, undefined],
];
for (const [name, gain, bias, expected] of scalings) {
  test(`a picture of which a graph makes something first: ${name}`, () => {
    assert.deepEqual(ownNormalisation(having(Array(3).fill(gain), Array(3).fill(bias))), expected);
  });
}

function having(gain: number[], bias: number[]): GraphFile {
  const scaling = { gain, bias, reversed: false };
  return { changes: { cast: [] }, description: { inputs: [{ name: 'x' }] }, scaling } as unknown as GraphFile;
}

test("ImageNet's means tell what a graph takes, whatever it divides by", () => {
  const means = [103.53, 116.28, 123.675];
  const less = (values: readonly number[]) =>
    ownNormalisation(
      having(
        [1, 1, 1],
        values.map(value => -value),
      ),
    );
  assert.deepEqual(less(means), { range: 255, colour: 'bgr' });
  assert.deepEqual(less(means.map(mean => mean / 255)), { range: 1, colour: 'bgr' });
});
