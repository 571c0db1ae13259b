import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { channelBlock, cpuKind } from '../../../src/detector/inference/cpu-kind.ts';
import { type TrialInput, useFasterConvolutions } from '../../../src/detector/inference/faster-convolutions.ts';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { runOnNoise } from '../../../src/detector/inference/run-on-noise.ts';
import { largestDifference } from '../../../src/detector/inference/same-outputs.ts';
import { openSession, saveOptimised } from '../../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../../src/onnx/model.ts';
import { makeNode } from '../../../src/onnx/node.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { makeValue } from '../../../src/onnx/value.ts';

const TOLERANCE = 1e-4;
const NAMES = { graph: 'graph.onnx', weights: 'weights.bin' };
const skip = channelBlock(await cpuKind()) === undefined && 'this CPU has neither AVX2 nor AVX-512';

/** Two 3x3 convolutions, optimised: with 256 channels each takes half the time by tiles, with 16 none is won. */
async function saved(t: TestContext, channels: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-faster-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const weights = (name: string, outputs: number, inputs: number) =>
    floatTensor(
      name,
      [outputs, inputs, 3, 3],
      noiseTensor(outputs * inputs * 9).map(value => value / Math.sqrt(inputs * 9)),
    );
  const pads = { pads: { ints: [1, 1, 1, 1] } };
  const graph = makeGraph({
    name: 'convolutions',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', channels, 'h', 'w'])],
    nodes: [
      makeNode('Conv', ['x', 'v'], ['a'], pads),
      makeNode('Conv', ['a', 'w'], ['b'], pads),
      makeNode('Relu', ['b'], ['c']),
      makeNode('Conv', ['c', 'w'], ['y'], pads),
    ],
    initializers: [weights('v', channels, 3), weights('w', channels, channels)],
  });
  const bytes = encodeModel(makeModel({ graph, producer: { name: 'test', version: '1' } }));
  await (await saveOptimised(bytes, path.join(folder, NAMES.graph), NAMES.weights)).close();
  const files = async () => Promise.all(Object.values(NAMES).map(name => readFile(path.join(folder, name))));
  const size = { width: 64, height: 48 };
  return { folder, input: { trial: { tensor: 'x', ...size }, served: size }, files, before: await files() };
}

async function outputsIn(folder: string, { trial }: TrialInput) {
  const session = await openSession({ path: path.join(folder, NAMES.graph) }, { provider: 'cpu', threads: 1 });
  return runOnNoise(session, trial).finally(() => session.close());
}

test('a graph of many channels is replaced by one that takes less time and answers the same', { skip }, async t => {
  const { folder, input, files, before } = await saved(t, 256);
  const expected = await outputsIn(folder, input);
  const checked: string[] = [];
  const check = async (other: string) => {
    checked.push(other);
    return largestDifference(expected, await outputsIn(other, input)) <= TOLERANCE;
  };
  assert.equal(await useFasterConvolutions({ folder, ...NAMES }, input, check), true);
  assert.equal(checked.length, 1);
  assert.deepEqual((await readdir(folder)).sort(), Object.values(NAMES).sort(), 'nothing else is left');
  assert.ok(!(await files())[0]!.equals(before[0]!));
  const apart = largestDifference(expected, await outputsIn(folder, input));
  t.diagnostic(`at most ${apart} apart (tolerance ${TOLERANCE})`);
  assert.ok(apart > 0 && apart <= TOLERANCE);
});

test('where tiles do not pass the check, rows may', { skip }, async t => {
  const { folder, input } = await saved(t, 256);
  const expected = await outputsIn(folder, input);
  const apart: number[] = [];
  const check = async (other: string) => {
    apart.push(largestDifference(expected, await outputsIn(other, input)));
    return apart.length > 1;
  };
  assert.equal(await useFasterConvolutions({ folder, ...NAMES }, input, check), true);
  const [tiles, rows] = apart as [number, number];
  t.diagnostic(`tiles ${tiles} apart, rows ${rows}`);
  assert.ok(apart.length === 2 && rows > 0 && rows < tiles);
  assert.equal(largestDifference(expected, await outputsIn(folder, input)), rows);
});

for (const [name, channels, check] of [
  ['answers that do not pass the check', 256, async () => false],
  ['a check that fails', 256, () => Promise.reject(new Error('no memory left'))],
  ['a graph in which nothing is won', 16, async () => true],
] as const) {
  test(`${name}: the files stay what they were`, { skip }, async t => {
    const { folder, input, files, before } = await saved(t, channels);
    assert.equal(await useFasterConvolutions({ folder, ...NAMES }, input, check), false);
    assert.deepEqual(await files(), before);
    assert.deepEqual((await readdir(folder)).sort(), Object.values(NAMES).sort());
  });
}
