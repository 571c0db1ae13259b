import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { channelBlock, cpuKind } from '../../../src/detector/inference/cpu-kind.ts';
import { makeFasterConvolutions, type TrialInput } from '../../../src/detector/inference/faster-convolutions.ts';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { runOnNoise } from '../../../src/detector/inference/run-on-noise.ts';
import { largestDifference } from '../../../src/detector/inference/same-outputs.ts';
import { openSession, saveOptimised } from '../../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel, OPSET } from '../../../src/onnx/model.ts';
import { makeNode } from '../../../src/onnx/node.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { makeValue } from '../../../src/onnx/value.ts';

const TOLERANCE = 1e-4;
const NAMES = { graph: 'graph.onnx', weights: 'weights.bin' };
const skip = channelBlock(await cpuKind()) === undefined && 'this CPU has neither AVX2 nor AVX-512';

/** Two 3x3 convolutions, optimised: with 256 channels each takes half the time by tiles, with 16 none is won. */
async function saved(t: TestContext, channels: number, opset = OPSET) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-faster-'));
  const faster = path.join(folder, 'faster');
  await mkdir(faster);
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
  const model = makeModel({ graph, producer: { name: 'test', version: '1' } });
  model.opsetImport[0]!.version = BigInt(opset);
  const bytes = encodeModel(model);
  await (await saveOptimised(bytes, path.join(folder, NAMES.graph), NAMES.weights)).close();
  const files = async () => Promise.all(Object.values(NAMES).map(name => readFile(path.join(folder, name))));
  const size = { width: 64, height: 48 };
  return {
    folder,
    faster,
    input: { trial: { tensor: 'x', ...size }, served: size, batch: 1 },
    files,
    before: await files(),
  };
}

async function outputsIn(folder: string, { trial }: TrialInput) {
  const session = await openSession({ path: path.join(folder, NAMES.graph) }, { provider: 'cpu', threads: 1 });
  return runOnNoise(session, trial).finally(() => session.close());
}

test('a graph of an operator set that has not what is written stays as it is', { skip }, async t => {
  const { folder, faster, input, files, before } = await saved(t, 256, 9);
  const never = async () => assert.fail('there is nothing to check');
  assert.equal(await makeFasterConvolutions({ folder, ...NAMES }, faster, input, never), false);
  assert.deepEqual(await readdir(faster), []);
  assert.deepEqual(await files(), before);
});

test('a graph of many channels is replaced by one that takes less time and answers the same', { skip }, async t => {
  const { folder, faster, input, files, before } = await saved(t, 256);
  const expected = await outputsIn(folder, input);
  let checks = 0;
  const check = async () => {
    checks++;
    return largestDifference(expected, await outputsIn(faster, input)) <= TOLERANCE;
  };
  assert.equal(await makeFasterConvolutions({ folder, ...NAMES }, faster, input, check), true);
  assert.equal(checks, 1);
  assert.deepEqual((await readdir(faster)).sort(), Object.values(NAMES).sort(), 'nothing else is left');
  assert.deepEqual(await files(), before);
  const apart = largestDifference(expected, await outputsIn(faster, input));
  t.diagnostic(`at most ${apart} apart (tolerance ${TOLERANCE})`);
  assert.ok(apart > 0 && apart <= TOLERANCE);
});

test('where tiles do not pass the check, rows may', { skip }, async t => {
  const { folder, faster, input } = await saved(t, 256);
  const expected = await outputsIn(folder, input);
  const apart: number[] = [];
  const check = async () => {
    apart.push(largestDifference(expected, await outputsIn(faster, input)));
    return apart.length > 1;
  };
  assert.equal(await makeFasterConvolutions({ folder, ...NAMES }, faster, input, check), true);
  const [tiles, rows] = apart as [number, number];
  t.diagnostic(`tiles ${tiles} apart, rows ${rows}`);
  assert.ok(apart.length === 2 && rows > 0 && rows < tiles);
  assert.equal(largestDifference(expected, await outputsIn(faster, input)), rows);
});

for (const [name, channels, check] of [
  ['answers that do not pass the check', 256, async () => false],
  ['a graph in which nothing is won', 16, async () => true],
] as const) {
  test(`${name}: none is made`, { skip }, async t => {
    const { folder, faster, input, files, before } = await saved(t, channels);
    assert.equal(await makeFasterConvolutions({ folder, ...NAMES }, faster, input, check), false);
    assert.deepEqual(await files(), before);
  });
}

test('what goes wrong is said', { skip }, async t => {
  const { folder, faster, input, files, before } = await saved(t, 256);
  const check = () => Promise.reject(new Error('no memory left'));
  await assert.rejects(makeFasterConvolutions({ folder, ...NAMES }, faster, input, check), /^Error: no memory left$/);
  assert.deepEqual(await files(), before);
});
