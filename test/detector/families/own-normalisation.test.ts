import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveNormalisation, ownNormalisation } from '../../../src/detector/families/own-normalisation.ts';
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
    const scaling = { gain: Array(3).fill(gain), bias: Array(3).fill(bias) };
    const file = { changes: { cast: [] }, description: { inputs: [{ name: 'x' }] }, scaling };
    assert.deepEqual(ownNormalisation(file as unknown as GraphFile), expected);
  });
}
