import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { channelBlock, cpuKind } from '../../../src/detector/inference/cpu-kind.ts';
import { noiseTensor } from '../../../src/detector/inference/noise-tensor.ts';
import { largestDifference, saySomething } from '../../../src/detector/inference/same-outputs.ts';
import { openSession } from '../../../src/detector/inference/session.ts';
import { encodeModel, type GraphParts } from '../../../src/onnx/model.ts';
import { type AttributeValue, makeNode } from '../../../src/onnx/node.ts';
import type { OnnxModel } from '../../../src/onnx/parse-model.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { makeValue } from '../../../src/onnx/value.ts';
import { convolveByRows, OPERATORS_BY_ROWS } from '../../../src/onnx/winograd/convolve-by-rows.ts';
import { convolveByTiles, OPERATORS_BY_TILES } from '../../../src/onnx/winograd/convolve-by-tiles.ts';
import { useWinograd, type Way, winogradConvolutions } from '../../../src/onnx/winograd/use-winograd.ts';
import { optimisedModel } from '../../support/optimised-model.ts';

/** Of each number, or of 1. Tiles multiply by up to 8 in each direction and divide by as much. */
const TOLERANCE = 5e-5;
const WAYS: Record<string, Way> = { rows: convolveByRows, tiles: convolveByTiles };
const known = channelBlock(await cpuKind());
const block = known ?? 8;
const skip = known === undefined && 'this CPU has neither AVX2 nor AVX-512';

interface Network {
  inputs: number;
  outputs: number;
  bias: boolean;
  activation?: [opType: string, attributes: Record<string, AttributeValue>];
  /** Of the 3x3 convolution. */
  attributes?: Record<string, AttributeValue>;
  size?: number;
  /** The convolution's input is added to its output. */
  residual?: boolean;
}

/** x, of 3 channels -> a 1x1 convolution -> a 3x3 convolution -> a 1x1 convolution -> y. */
function networkOf({
  inputs,
  outputs,
  bias,
  activation,
  attributes = {},
  size = 3,
  residual = false,
}: Network): GraphParts {
  const group = attributes.group !== undefined && 'int' in attributes.group ? attributes.group.int : 1;
  const weights = (name: string, dims: [number, number, number, number]) => {
    const length = dims.reduce((product, dim) => product * dim);
    const scale = 1 / Math.sqrt(length / dims[0]);
    return floatTensor(
      name,
      dims,
      noiseTensor(length).map(value => value * scale),
    );
  };
  const [activated, ...others] =
    activation === undefined ? ['conv'] : ['active', makeNode(activation[0], ['conv'], ['active'], activation[1])];
  return {
    name: 'network',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', block, 'h2', 'w2'])],
    nodes: [
      makeNode('Conv', ['x', 'first'], ['a']),
      makeNode('Conv', ['a', 'w', ...(bias ? ['b'] : [])], [residual ? 'alone' : 'conv'], {
        pads: { ints: [1, 1, 1, 1] },
        ...attributes,
      }),
      ...(residual ? [makeNode('Add', ['alone', 'a'], ['conv'])] : []),
      ...others,
      makeNode('Conv', [activated, 'last'], ['y']),
    ],
    initializers: [
      weights('first', [inputs, 3, 1, 1]),
      weights('w', [outputs, inputs / group, size, size]),
      ...(bias ? [floatTensor('b', [outputs], noiseTensor(outputs))] : []),
      weights('last', [block, outputs, 1, 1]),
    ],
  };
}

const rewrite = ({ graph }: OnnxModel, way: Way | undefined) =>
  useWinograd(graph, block, winogradConvolutions(graph, block), () => way);

async function outputsOf(
  folder: string,
  model: OnnxModel,
  sizes: readonly [batch: number, height: number, width: number][],
) {
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, encodeModel(model));
  const session = await openSession({ path: file }, { provider: 'cpu', threads: 1 });
  const outputs = [];
  for (const [batch, height, width] of sizes) {
    const x = noiseTensor(batch * 3 * height * width);
    outputs.push(await session.run('x', x, [batch, 3, height, width]));
  }
  await session.close();
  return outputs;
}

/** The same graph is run at one size after the other: nothing of the first may be left. */
const SIZES: [number, number, number][] = [
  ...Array.from({ length: 9 }, (_, i): [number, number, number] => [1, i + 1, ((i * 5) % 9) + 1]),
  ...([
    [1, 16, 16],
    [2, 13, 13],
    [3, 7, 22],
    [1, 40, 25],
    [2, 1, 1],
  ] as [number, number, number][]),
];
const NETWORKS: [string, Network][] = [
  ['no activation', { inputs: block, outputs: block, bias: true }],
  ['ReLU', { inputs: 2 * block, outputs: block, bias: true, activation: ['Relu', {}] }],
  [
    'leaky ReLU',
    { inputs: block, outputs: 3 * block, bias: true, activation: ['LeakyRelu', { alpha: { float: 0.1 } }] },
  ],
  ['sigmoid, no bias', { inputs: 3 * block, outputs: 2 * block, bias: false, activation: ['Sigmoid', {}] }],
  [
    'hard swish, which stays an operator of its own',
    { inputs: block, outputs: 2 * block, bias: true, activation: ['HardSwish', {}] },
  ],
];

for (const [way, write] of Object.entries(WAYS)) {
  for (const [name, network] of NETWORKS) {
    test(`by ${way}, ${name}: the answers are those of the convolution, at any size`, { skip }, async t => {
      const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const model = await optimisedModel(folder, networkOf(network));
      const expected = await outputsOf(folder, model, SIZES);
      assert.equal(rewrite(model, write), 1);
      assert.deepEqual(winogradConvolutions(model.graph, block), [], 'none is left');
      const found = await outputsOf(folder, model, SIZES);
      const apart = SIZES.map((_, index) => largestDifference(expected[index]!, found[index]!));
      t.diagnostic(`at most ${Math.max(...apart)} apart (tolerance ${TOLERANCE})`);
      for (const [index, size] of SIZES.entries())
        assert.ok(apart[index]! <= TOLERANCE, `${size}: ${apart[index]} apart`);
      assert.ok(
        expected.some(saySomething) && Math.max(...apart) > 0,
        'bit for bit the same: nothing was said otherwise',
      );
    });
  }
}

for (const opset of [11, 13, 21]) {
  test(`operator set ${opset}: the answers are those of the convolution`, { skip }, async t => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const network = networkOf({ inputs: block, outputs: block, bias: true, activation: ['Relu', {}] });
    const sizes: [number, number, number][] = [[2, 9, 14]];
    for (const way of Object.values(WAYS)) {
      const model = await optimisedModel(folder, network, opset);
      assert.equal(Number(model.opsetImport.find(({ domain }) => domain === '')!.version), opset);
      const expected = await outputsOf(folder, model, sizes);
      assert.equal(rewrite(model, way), 1);
      const apart = largestDifference(expected[0]!, (await outputsOf(folder, model, sizes))[0]!);
      assert.ok(apart > 0 && apart <= TOLERANCE, `${way.name}: ${apart} apart`);
    }
  });
}

/** x, of 3 channels -> four 3x3 convolutions of one size -> one with stride 2 -> two of the smaller size -> y. */
function twoSizes(): GraphParts {
  const names = ['c1', 'c2', 'c3', 'c4', 'down', 'c5', 'c6'];
  const noise = (length: number, inputs: number) => noiseTensor(length).map(value => value / Math.sqrt(inputs));
  return {
    name: 'two sizes',
    inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])],
    outputs: [makeValue('y', 'float', ['n', block, 'h2', 'w2'])],
    nodes: [
      makeNode('Conv', ['x', 'first'], ['a']),
      ...names.map((name, index) =>
        makeNode('Conv', [names[index - 1] ?? 'a', 'w'], [name], {
          pads: { ints: [1, 1, 1, 1] },
          strides: { ints: name === 'down' ? [2, 2] : [1, 1] },
        }),
      ),
      makeNode('Conv', ['c6', 'last'], ['y']),
    ],
    initializers: [
      floatTensor('first', [block, 3, 1, 1], noise(block * 3, 3)),
      floatTensor('w', [block, block, 3, 3], noise(block * block * 9, block * 9)),
      floatTensor('last', [block, block, 1, 1], noise(block * block, block)),
    ],
  };
}

for (const [way, write] of Object.entries(WAYS)) {
  test(`by ${way}, a network of two sizes: sizes are asked once, and each convolution has its own`, {
    skip,
  }, async t => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const model = await optimisedModel(folder, twoSizes());
    const expected = await outputsOf(folder, model, SIZES);
    assert.equal(rewrite(model, write), 6);
    const asked = model.graph.node.filter(({ opType }) => opType === 'Shape').length;
    // Of the list's end that is hidden; of the two sizes, and how many tiles they have.
    assert.equal(asked, 1 + (way === 'tiles' ? 4 : 2));
    const found = await outputsOf(folder, model, SIZES);
    const apart = Math.max(...SIZES.map((_, index) => largestDifference(expected[index]!, found[index]!)));
    // Six, one after the other.
    const tolerance = 6 * TOLERANCE;
    t.diagnostic(`at most ${apart} apart (tolerance ${tolerance})`);
    assert.ok(apart > 0 && apart <= tolerance, `${apart} apart`);
  });
}

test('the operators that are written are as many as the estimates reckon with', { skip }, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [way, reckoned] of [
    [convolveByRows, OPERATORS_BY_ROWS],
    [convolveByTiles, OPERATORS_BY_TILES],
  ] as const) {
    const model = await optimisedModel(folder, networkOf({ inputs: block, outputs: block, bias: true }));
    const before = model.graph.node.length;
    rewrite(model, way);
    assert.equal(model.graph.node.length - before + 1, reckoned, way.name);
  }
});

const OTHERS: [string, Network][] = [
  ['stride 2', { inputs: block, outputs: block, bias: true, attributes: { strides: { ints: [2, 2] } } }],
  ['a dilation', { inputs: block, outputs: block, bias: true, attributes: { dilations: { ints: [2, 2] } } }],
  ['no padding', { inputs: block, outputs: block, bias: true, attributes: { pads: { ints: [0, 0, 0, 0] } } }],
  ['padding at one end', { inputs: block, outputs: block, bias: true, attributes: { pads: { ints: [2, 2, 0, 0] } } }],
  ['groups', { inputs: 2 * block, outputs: 2 * block, bias: true, attributes: { group: { int: 2 } } }],
  ['each channel alone', { inputs: block, outputs: block, bias: true, attributes: { group: { int: block } } }],
  ['5x5', { inputs: block, outputs: block, bias: true, size: 5, attributes: { pads: { ints: [2, 2, 2, 2] } } }],
  ['a sum with another tensor', { inputs: block, outputs: block, bias: true, residual: true }],
];

for (const [name, network] of OTHERS) {
  test(`${name}: left as it is`, { skip }, async t => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const model = await optimisedModel(folder, networkOf(network));
    const convolutions = model.graph.node.filter(({ domain }) => domain === 'com.microsoft.nchwc');
    assert.ok(convolutions.length >= 3, 'it is what ONNX Runtime takes in blocks');
    const before = encodeModel(model);
    assert.equal(rewrite(model, convolveByRows), 0);
    assert.deepEqual(encodeModel(model), before);
  });
}

test('what is not wanted is left as it is', { skip }, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-winograd-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const model = await optimisedModel(folder, networkOf({ inputs: block, outputs: block, bias: true }));
  const before = encodeModel(model);
  assert.equal(rewrite(model, undefined), 0);
  assert.deepEqual(encodeModel(model), before);
});
