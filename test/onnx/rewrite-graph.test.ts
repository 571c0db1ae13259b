import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { noiseTensor } from '../../src/detector/inference/noise-tensor.ts';
import { largestDifference, saySomething } from '../../src/detector/inference/same-outputs.ts';
import { openSession } from '../../src/detector/inference/session.ts';
import { encodeModel, type GraphParts, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { GraphProto } from '../../src/onnx/onnx_pb.ts';
import { parseModel } from '../../src/onnx/parse-model.ts';
import { rewriteGraph } from '../../src/onnx/rewrite/rewrite-graph.ts';
import { selfContained } from '../../src/onnx/self-contained.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { INPUT_SIDE, randomGraph } from '../support/random-graph.ts';

/** Of each number, or of 1: sums are taken in another order. */
const TOLERANCE = 1e-4;

async function outputsOf(model: Uint8Array, [batch, height, width]: readonly [number, number, number]) {
  const session = await openSession(model, { provider: 'cpu', threads: 1 });
  const x = noiseTensor(batch * 3 * height * width);
  return session.run(session.inputs[0]!.name, x, [batch, 3, height, width]).finally(() => session.close());
}

function encode(graph: GraphProto): Uint8Array {
  return encodeModel(makeModel({ graph, producer: { name: 'test', version: '1' } }));
}

/** The graph rewritten, or undefined; and how far its outputs are from its own. */
async function rewrite(parts: GraphParts, block = 16, size: [number, number, number] = [1, INPUT_SIDE, INPUT_SIDE]) {
  const plain = encode(makeGraph(parts));
  const { graph } = parseModel(plain);
  if (!rewriteGraph(graph, block)) return undefined;
  const outputs = await outputsOf(plain, size);
  const apart = largestDifference(outputs, await outputsOf(encode(graph), size));
  return { graph, apart, says: saySomething(outputs), operators: graph.node.map(({ opType }) => opType) };
}

const conv = (from: string, to: string, group = 1) =>
  makeNode('Conv', [from, `${to}.w`], [to], { group: { int: group }, pads: { ints: [1, 1, 1, 1] } });
const weights = (name: string, outputs: number, inputs: number) => {
  const values = Float32Array.from({ length: outputs * inputs * 9 }, (_, i) => Math.sin(i) / Math.sqrt(inputs * 9));
  return floatTensor(`${name}.w`, [outputs, inputs, 3, 3], values);
};
const x = makeValue('x', 'float', ['n', 3, 'h', 'w']);
const output = (name: string) => makeValue(name, 'float', ['n', 'c', 'h', 'w']);
const shapeOf = (graph: GraphProto, name: string) =>
  graph.initializer.find(tensor => tensor.name === name)?.dims.map(Number);

test('graphs put together at random give the same, whatever they are made of', async t => {
  let changed = 0;
  let telling = 0;
  let largest = 0;
  const graphs = 150;
  for (let seed = 0; seed < graphs; seed++) {
    const fixed = seed % 3 === 0;
    const size: [number, number, number] = fixed ? [1, INPUT_SIDE, INPUT_SIDE] : [2, 32, 48];
    const found = await rewrite(randomGraph(seed, fixed), seed % 2 === 0 ? 16 : 8, size);
    if (found === undefined) continue;
    changed += 1;
    if (found.says) telling += 1;
    assert.ok(found.apart <= TOLERANCE, `seed ${seed}: ${found.apart} apart`);
    largest = Math.max(largest, found.apart);
  }
  t.diagnostic(
    `${changed} of ${graphs} changed, ${telling} with no output constant, at most ${largest} apart (tolerance ${TOLERANCE})`,
  );
  assert.ok(changed > graphs / 2 && telling > graphs / 2);
});

test('channels between convolutions are padded to whole blocks, those that others see are not', async () => {
  const parts: GraphParts = {
    ...{ name: 'chain', inputs: [x], outputs: [output('d')] },
    nodes: [conv('x', 'a'), makeNode('Relu', ['a'], ['r']), conv('r', 'b', 24), conv('b', 'c'), conv('c', 'd')],
    initializers: [weights('a', 24, 3), weights('b', 24, 1), weights('c', 8, 24), weights('d', 10, 8)],
  };
  const { graph, apart } = (await rewrite(parts))!;
  assert.ok(apart <= TOLERANCE, `${apart} apart`);
  const shapes = graph.node.map(({ input }) => shapeOf(graph, input[1] ?? ''));
  assert.deepEqual(shapes, [
    [32, 3, 3, 3],
    undefined,
    [32, 1, 3, 3],
    [8, 32, 3, 3], // 8 of 16 would be too much
    [10, 8, 3, 3],
  ]);
  assert.equal(graph.initializer.length, 4, 'the old weights are gone');
  assert.equal(await rewrite({ ...parts, outputs: [output('d'), output('b')] }), undefined);
});

test('a shuffle and what parts it become one Gather for each part', async () => {
  const shuffled = (part: ReturnType<typeof makeNode>[], ends: string[]): GraphParts => ({
    ...{ name: 'shuffle', inputs: [x], outputs: ends.map(output) },
    nodes: [
      conv('x', 'a'),
      makeNode('Reshape', ['a', 'apart'], ['a5']),
      makeNode('Transpose', ['a5'], ['t5'], { perm: { ints: [0, 2, 1, 3, 4] } }),
      makeNode('Reshape', ['t5', 'whole'], ['s']),
      ...part,
    ],
    initializers: [
      weights('a', 32, 3),
      int64Tensor('apart', [5], [1, 2, 16, 16, 16]),
      int64Tensor('whole', [4], [1, 32, 16, 16]),
      ...[0, 1, 16, 32].map(value => int64Tensor(`${value}`, [1], [value])),
    ],
  });
  const slices = [
    makeNode('Slice', ['s', '0', '16', '1'], ['l']),
    makeNode('Slice', ['s', '16', '32', '1', '1'], ['r']),
  ];
  const split = [makeNode('Split', ['s'], ['l', 'r'], { axis: { int: 1 } })];
  for (const part of [slices, split]) {
    const { operators, apart } = (await rewrite(shuffled(part, ['l', 'r'])))!;
    assert.deepEqual(operators, ['Conv', 'Gather', 'Gather']);
    assert.equal(apart, 0);
  }
  assert.equal(await rewrite(shuffled(split, ['l', 'r', 's'])), undefined, 'the whole is wanted, too');
  assert.equal(await rewrite(shuffled([...split, makeNode('Relu', ['s'], ['u'])], ['l', 'r', 'u'])), undefined);
  const across = [makeNode('Split', ['s'], ['l', 'r'], { axis: { int: 2 } })];
  assert.equal(await rewrite(shuffled(across, ['l', 'r'])), undefined);
});

/** Two levels of 24 channels, 16 of which are scores, as heads of the family give them. */
function head(
  nodes: (level: string) => ReturnType<typeof makeNode>[],
  ends: ReturnType<typeof makeNode>[],
  outputs: string[],
  flat = [0, 24, -1],
) {
  const stride = { strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } };
  const parts: GraphParts = {
    ...{ name: 'head', inputs: [x], outputs: outputs.map(output) },
    nodes: [conv('x', 'a'), makeNode('Conv', ['a', 'b.w'], ['b'], stride), ...nodes('a'), ...nodes('b'), ...ends],
    initializers: [
      weights('a', 24, 3),
      weights('b', 24, 24),
      int64Tensor('parts', [2], [16, 8]),
      int64Tensor('flat', [flat.length], flat),
      int64Tensor('flat scores', [3], [-1, 16, 256]),
      int64Tensor('flat boxes', [3], [0, -1, 256]),
    ],
  };
  return parts;
}
const turned = (from: string, to: string) => makeNode('Transpose', [from], [to], { perm: { ints: [0, 2, 1] } });
const split = (level: string) => [
  makeNode('Split', [level, 'parts'], [`${level}.s`, `${level}.d`], { axis: { int: 1 } }),
  makeNode('Sigmoid', [`${level}.s`], [`${level}.p`]),
];
const joined = (level: string) => [
  ...split(level),
  makeNode('Concat', [`${level}.p`, `${level}.d`], [`${level}.c`], { axis: { int: -3 } }),
  makeNode('Reshape', [`${level}.c`, 'flat'], [`${level}.f`]),
];
const levels = (axis: number) => makeNode('Concat', ['a.f', 'b.f'], ['f'], { axis: { int: axis } });

test('what leaves a head as rows is turned where it leaves a convolution', async () => {
  for (const axis of [2, -1]) {
    const parts = head(joined, [levels(axis), turned('f', 'rows')], ['rows']);
    const { graph, operators, apart, says } = (await rewrite(parts, 8, [2, 16, 32]))!;
    assert.ok(says);
    assert.equal(apart, 0);
    const turns = graph.node.filter(({ opType }) => opType === 'Transpose');
    // `a` is read by the next convolution, too, so it stays one.
    assert.deepEqual(
      turns.map(({ input }) => input[0]),
      ['a', 'b/part 0', 'b/part 1'],
    );
    assert.deepEqual(operators.toSorted(), [
      'Concat',
      'Concat',
      'Concat',
      'Conv',
      'Conv',
      'Conv',
      'Reshape',
      'Reshape',
      'Sigmoid',
      'Sigmoid',
      'Split',
      'Transpose',
      'Transpose',
      'Transpose',
    ]);
  }
});

test('scores and boxes of one convolution are turned together', async () => {
  const apart = (level: string) => [
    ...split(level),
    makeNode('Reshape', [`${level}.p`, 'flat scores'], [`${level}.fp`]),
    makeNode('Reshape', [`${level}.d`, 'flat boxes'], [`${level}.fd`]),
  ];
  const parts = head(
    level => (level === 'a' ? apart(level) : []),
    [turned('a.fp', 'scores'), turned('a.fd', 'boxes'), makeNode('Relu', ['b'], ['r'])],
    ['scores', 'boxes', 'r'],
  );
  const found = (await rewrite(parts, 8, [2, 16, 16]))!;
  assert.ok(found.says);
  assert.equal(found.apart, 0);
  assert.deepEqual(found.operators, ['Conv', 'Conv', 'Transpose', 'Split', 'Sigmoid', 'Reshape', 'Reshape', 'Relu']);
});

test('a convolution of scores and boxes becomes two, unless parts would be padded to more blocks', async () => {
  // Of 24 channels 16 and 8: three blocks of 8, or two of 16.
  const parted = async (sizes: readonly number[], block: number) => {
    const parts = head(joined, [levels(2), turned('f', 'rows')], ['rows']);
    const initializers = parts.initializers!.map(tensor =>
      tensor.name === 'parts' ? int64Tensor('parts', [2], sizes) : tensor,
    );
    const { operators, apart, says } = (await rewrite({ ...parts, initializers }, block, [2, 16, 32]))!;
    assert.ok(says);
    assert.equal(apart, 0);
    return operators.filter(operator => operator === 'Conv').length === 3;
  };
  assert.equal(await parted([16, 8], 8), true);
  assert.equal(await parted([16, 8], 16), true);
  assert.equal(await parted([20, 4], 8), false);
  assert.equal(await parted([20, 4], 16), false);
  assert.equal(await parted([8, 16], 8), true);
});

test('what is not the end of a head, or is wanted as it is, is not turned', async () => {
  const ends = [levels(2), turned('f', 'rows')];
  const cases: [string, GraphParts][] = [
    ['scores are wanted, too', head(joined, ends, ['rows', 'a.p'])],
    ['what is flat is wanted, too', head(joined, ends, ['rows', 'b.f'])],
    ['channels are joined, not levels', head(joined, [levels(1), turned('f', 'rows')], ['rows'])],
    ['channels are parted', head(joined, ends, ['rows'], [0, 12, -1])],
    [
      'something else is between',
      head(
        level => [
          ...split(level),
          makeNode('Exp', [`${level}.d`], [`${level}.c`]),
          makeNode('Reshape', [`${level}.c`, 'flat'], [`${level}.f`]),
        ],
        ends,
        ['rows'],
        [0, 8, -1],
      ),
    ],
  ];
  for (const [why, parts] of cases) assert.equal(await rewrite(parts, 8, [1, 16, 16]), undefined, why);
});

test('half the size, sampled linearly, is the average of two by two', async t => {
  const halved = (mode: string, coordinates: string, scale: number, sides: (string | number)[]): GraphParts => ({
    ...{ name: 'half', inputs: [makeValue('x', 'float', ['n', 3, ...sides])], outputs: [output('y')] },
    nodes: [
      makeNode('Resize', ['x', '', 'scales'], ['y'], {
        mode: { string: mode },
        coordinate_transformation_mode: { string: coordinates },
      }),
    ],
    initializers: [floatTensor('scales', [4], Float32Array.of(1, 1, scale, scale))],
  });
  const any = ['h', 'w'];
  const cases: [string, (string | number)[], [number, number, number]][] = [
    ['half_pixel', any, [2, 16, 24]],
    ['half_pixel', any, [1, 15, 17]],
    ['half_pixel', any, [1, 2, 3]],
    ['pytorch_half_pixel', [16, 24], [1, 16, 24]],
  ];
  for (const [coordinates, sides, size] of cases) {
    const { operators, apart, says } = (await rewrite(halved('linear', coordinates, 0.5, sides), 16, size))!;
    assert.ok(says);
    assert.deepEqual(operators, ['AveragePool']);
    t.diagnostic(`${coordinates}, ${size.slice(1).join('x')}: ${apart} apart (tolerance 1e-6)`);
    assert.ok(apart <= 1e-6, `${apart} apart`);
  }
  const others: [string, string, number, (string | number)[]][] = [
    ['linear', 'pytorch_half_pixel', 0.5, any], // of a side of 2 it takes the first
    ['linear', 'align_corners', 0.5, any],
    ['linear', 'half_pixel', 0.25, any],
    ['nearest', 'half_pixel', 0.5, any],
  ];
  for (const other of others) assert.equal(await rewrite(halved(...other)), undefined, other.join());
});

test('hard-swish in four operators becomes two, and only hard-swish', async () => {
  const swish = (least: number, divisor: number): GraphParts => ({
    ...{ name: 'swish', inputs: [x], outputs: [output('y')] },
    nodes: [
      makeNode('Add', ['x', 'three'], ['a']),
      makeNode('Clip', ['a', 'least', 'six'], ['c']),
      makeNode('Mul', ['x', 'c'], ['m']),
      makeNode('Div', ['m', 'divisor'], ['y']),
    ],
    initializers: Object.entries({ three: 3, six: 6, least, divisor }).map(([name, value]) =>
      floatTensor(name, [], Float32Array.of(value)),
    ),
  });
  const { operators, apart } = (await rewrite(swish(0, 6)))!;
  assert.deepEqual(operators, ['HardSigmoid', 'Mul']);
  assert.ok(apart <= 1e-6, `${apart} apart`);
  assert.equal(await rewrite(swish(-1, 6)), undefined);
  assert.equal(await rewrite(swish(0, 5)), undefined);
});

test('a graph with branches is left as it is', () => {
  const body = makeGraph({
    name: 'body',
    inputs: [],
    outputs: [output('i')],
    nodes: [makeNode('Identity', ['a'], ['i'])],
  });
  const graph = makeGraph({
    ...{ name: 'branches', inputs: [x, makeValue('c', 'bool', [])], outputs: [output('y')] },
    nodes: [
      conv('x', 'a'),
      makeNode('If', ['c'], ['b'], { then_branch: { graph: body }, else_branch: { graph: body } }),
      conv('a', 'y'),
    ],
    initializers: [weights('a', 24, 3), weights('y', 8, 24)],
  });
  assert.equal(rewriteGraph(graph, 16), false);
  graph.node.splice(1, 1);
  assert.equal(rewriteGraph(graph, 16), true);
});

const WEIGHTS = '../shared/weights';
const TRAINED = [
  'nanodet-plus-m_416',
  'nanodet-plus-m_320',
  'nanodet_m_416',
  'picodet_s_416_coco',
  'nanodet-plus-m-1.5x_416_dq8',
];
test('trained networks of the family give the same', {
  skip: !existsSync(WEIGHTS) && `${WEIGHTS} is not here`,
}, async t => {
  for (const name of TRAINED) {
    const model = parseModel(readFileSync(`${WEIGHTS}/${name}.onnx`));
    await selfContained(model, () => Promise.reject(new Error('nothing is outside')));
    const side = name.includes('320') ? 320 : 416;
    const size = [1, side, side] as const;
    const expected = await outputsOf(encodeModel(model), size);
    assert.ok(rewriteGraph(model.graph, 16), name);
    const apart = largestDifference(expected, await outputsOf(encodeModel(model), size));
    t.diagnostic(`${name}: ${apart} apart (tolerance ${TOLERANCE})`);
    assert.ok(apart <= TOLERANCE, name);
  }
});
