import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelBlock, convolutionCosts, cpuKind } from '../../../src/detector/inference/cpu-kind.ts';
import { rewrittenGraph } from '../../../src/detector/inference/rewritten-graph.ts';
import { runOnNoise } from '../../../src/detector/inference/run-on-noise.ts';
import { largestDifference, saySomething } from '../../../src/detector/inference/same-outputs.ts';
import type { OutputTensor, Session } from '../../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../../src/onnx/model.ts';
import { makeNode } from '../../../src/onnx/node.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { makeValue } from '../../../src/onnx/value.ts';
import { AVX2, WIDE, ZEN4, ZEN5 } from '../../../src/onnx/winograd/costs.ts';

const input = { tensor: 'x', width: 32, height: 32 };
const trial = (session: Session) => runOnNoise(session, input);
/** 28 channels between two convolutions, which are worth padding. */
const graph = encodeModel(
  makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      ...{ name: 'two', inputs: [makeValue('x', 'float', [1, 3, 32, 32])] },
      outputs: [makeValue('y', 'float', [1, 4, 32, 32])],
      nodes: [makeNode('Conv', ['x', 'v'], ['a']), makeNode('Conv', ['a', 'w'], ['y'])],
      initializers: [
        floatTensor(
          'v',
          [28, 3, 1, 1],
          Float32Array.from({ length: 84 }, (_, i) => Math.sin(i)),
        ),
        floatTensor(
          'w',
          [4, 28, 1, 1],
          Float32Array.from({ length: 112 }, (_, i) => Math.cos(i) / 8),
        ),
      ],
    }),
  }),
);
const skip = channelBlock(await cpuKind()) === undefined && 'this kind of CPU has no blocks of channels that are known';

/** Trials whose second run, that of the rewritten graph, gives something else. */
function secondRun(change: (outputs: Record<string, OutputTensor>) => Record<string, OutputTensor>) {
  let runs = 0;
  return async (session: Session) => {
    const outputs = await trial(session);
    runs += 1;
    return runs === 2 ? change(outputs) : outputs;
  };
}
const moved = (by: number) =>
  secondRun(({ y }) => ({ y: { ...y!, data: y!.data.with(y!.data.length - 1, y!.data.at(-1)! + by) } }));

test('a rewritten graph is used when it gives the same', { skip }, async () => {
  assert.ok((await rewrittenGraph(graph, trial)) !== undefined);
  assert.ok((await rewrittenGraph(graph, moved(1e-5))) !== undefined);
});

test('a rewritten graph is not used when one number differs, when it fails, and when nothing can be concluded', {
  skip,
}, async () => {
  assert.equal(await rewrittenGraph(graph, moved(1e-3)), undefined);
  assert.equal(await rewrittenGraph(graph, moved(Number.NaN)), undefined);
  const fails = secondRun(() => {
    throw new Error('out of memory');
  });
  assert.equal(await rewrittenGraph(graph, fails), undefined);
  const nothing = async () => ({ y: { data: new Float32Array(8), dims: [8] } });
  assert.equal(await rewrittenGraph(graph, nothing), undefined);
});

test('how far apart outputs are', () => {
  const of = (...data: number[]) => ({ y: { data: Float32Array.from(data), dims: [data.length] } });
  assert.equal(largestDifference(of(1, 2), of(1, 2)), 0);
  assert.equal(largestDifference(of(0, 0.5), of(0, 0.25)), 0.25);
  assert.equal(largestDifference(of(100, 1), of(110, 1)), 0.1);
  assert.equal(largestDifference(of(NaN, Infinity), of(NaN, Infinity)), 0);
  for (const other of [of(NaN, 1), of(0, Infinity), of(0), { y: { ...of(0, 1).y, dims: [1, 2] } }, {}]) {
    assert.equal(largestDifference(of(0, 1), other), Infinity, JSON.stringify(other));
  }
  assert.ok(saySomething(of(0, 1)));
  for (const silent of [of(), of(3, 3), of(NaN, Infinity, 2)]) assert.ok(!saySomething(silent));
});

test('blocks of channels', () => {
  assert.equal(channelBlock('CPU flags : fma avx2 avx512f'), 16);
  assert.equal(channelBlock('CPU flags : fma avx2'), 8);
  assert.equal(channelBlock('Cortex Features : asimd'), undefined);
});

test('what convolutions cost is known by the kind of CPU', async () => {
  const kindOf = (vendor: string, family: number, flags: string) =>
    convolutionCosts(`CPU\nvendor_id\t: ${vendor}\ncpu family\t: ${family}\nflags\t\t: fma ${flags}`);
  assert.equal(await kindOf('AuthenticAMD', 25, 'avx2 avx512f'), ZEN4);
  assert.equal(await kindOf('AuthenticAMD', 26, 'avx2 avx512f'), ZEN5);
  assert.equal(await kindOf('AuthenticAMD', 27, 'avx2 avx512f'), WIDE);
  assert.equal(await kindOf('GenuineIntel', 6, 'avx2 avx512f'), WIDE);
  assert.equal(await kindOf('AuthenticAMD', 25, 'avx2'), AVX2);
  assert.equal(await kindOf('GenuineIntel', 6, 'sse4_2'), undefined);
});
