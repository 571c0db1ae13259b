import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosesRight } from '../../src/detector/inference/choosing-graph.ts';
import { logitBelow } from '../../src/detector/inference/logit-below.ts';
import { noiseTensor } from '../../src/detector/inference/noise-tensor.ts';
import { saySomething } from '../../src/detector/inference/same-outputs.ts';
import { openSession } from '../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { GraphProto, NodeProto } from '../../src/onnx/onnx_pb.ts';
import { parseModel } from '../../src/onnx/parse-model.ts';
import { addCandidates, type ScoredPair } from '../../src/onnx/rewrite/add-candidates.ts';
import { rewriteGraph } from '../../src/onnx/rewrite/rewrite-graph.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

const CLASSES = 16;
const BINS = 8;
/** Of Split. */
const SIZES_ARE_INPUTS = 13;

interface Head {
  /** Of the levels, whose convolutions have strides of 1 and 2. */
  levels: 1 | 2;
  /** Of scores and boxes: one output, or one each; the levels are joined in both. */
  outputs: 'one' | 'two';
  /** Of scores, by level. */
  activation: (level: number) => 'Sigmoid' | 'Identity' | 'HardSigmoid';
  batch?: number;
  opset?: number;
}

const transpose = (from: string, to: string) => makeNode('Transpose', [from], [to], { perm: { ints: [0, 2, 1] } });

/** A convolution of scores and boxes for each level, then rows. */
function headModel({ levels, outputs, activation, batch = 0, opset = 17 }: Head) {
  const channels = CLASSES + BINS;
  const filter = Float32Array.from({ length: channels * 3 * 9 }, (_, i) => Math.sin(i * i) / 3);
  const all = [...Array(levels).keys()];
  const nodes: NodeProto[] = all.flatMap(i => {
    const stride = { strides: { ints: [i + 1, i + 1] }, pads: { ints: [1, 1, 1, 1] } };
    const ofOne = [
      makeNode('Concat', [`p${i}`, `d${i}`], [`c${i}`], { axis: { int: 1 } }),
      makeNode('Reshape', [`c${i}`, 'flat'], [`f${i}`]),
    ];
    const ofTwo = [
      makeNode('Reshape', [`p${i}`, 'flat scores'], [`s${i}`]),
      makeNode('Reshape', [`d${i}`, 'flat boxes'], [`b${i}`]),
    ];
    return [
      makeNode('Conv', ['x', 'w'], [`y${i}`], stride),
      opset < SIZES_ARE_INPUTS
        ? makeNode('Split', [`y${i}`], [`l${i}`, `d${i}`], { axis: { int: 1 }, split: { ints: [CLASSES, BINS] } })
        : makeNode('Split', [`y${i}`, 'parts'], [`l${i}`, `d${i}`], { axis: { int: 1 } }),
      makeNode(activation(i), [`l${i}`], [`p${i}`]),
      ...(outputs === 'one' ? ofOne : ofTwo),
    ];
  });
  const end = (parts: string, output: string) => [
    makeNode(
      'Concat',
      all.map(i => `${parts}${i}`),
      [`${output} flat`],
      { axis: { int: 2 } },
    ),
    transpose(`${output} flat`, output),
  ];
  const names = outputs === 'one' ? ['rows'] : ['scores', 'boxes'];
  const model = makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      ...{ name: 'head', inputs: [makeValue('x', 'float', ['n', 3, 'h', 'w'])] },
      outputs: names.map(name => makeValue(name, 'float', ['n', 'points', 'channels'])),
      nodes: [...nodes, ...(outputs === 'one' ? end('f', 'rows') : [...end('s', 'scores'), ...end('b', 'boxes')])],
      initializers: [
        floatTensor('w', [channels, 3, 3, 3], filter),
        int64Tensor('parts', [2], [CLASSES, BINS]),
        int64Tensor('flat', [3], [batch, channels, -1]),
        int64Tensor('flat scores', [3], [batch, CLASSES, -1]),
        int64Tensor('flat boxes', [3], [batch, BINS, -1]),
      ],
    }),
  });
  model.opsetImport[0]!.version = BigInt(opset);
  const pair: ScoredPair =
    outputs === 'one'
      ? { scores: { output: 'rows', channel: 0, channels }, boxes: { output: 'rows' } }
      : { scores: { output: 'scores', channel: 0, channels: CLASSES }, boxes: { output: 'boxes' } };
  const choice = { pairs: [pair], layout: 'points-first', classes: CLASSES } as const;
  return { bytes: encodeModel(model), choice };
}

/** The operators that read something of a tensor with all points. */
const operators = (graph: GraphProto) => graph.node.map(({ opType }) => opType);

const sigmoid = () => 'Sigmoid' as const;
const HEADS: Record<string, Head> = {
  'two levels, one output': { levels: 2, outputs: 'one', activation: sigmoid },
  'two levels, two outputs': { levels: 2, outputs: 'two', activation: sigmoid },
  'one level, one output': { levels: 1, outputs: 'one', activation: sigmoid },
  'logits, two levels, two outputs': { levels: 2, outputs: 'two', activation: () => 'Identity' },
  'opset 10': { levels: 2, outputs: 'two', activation: sigmoid, opset: 10 },
  'opset 18': { levels: 2, outputs: 'one', activation: sigmoid, opset: 18 },
};

const SIZE = [16, 32] as const;
const noise = (batch: number) => [noiseTensor(batch * 3 * SIZE[0] * SIZE[1]), [batch, 3, ...SIZE]] as const;

async function rewritten(head: Head) {
  const { bytes, choice } = headModel(head);
  const model = parseModel(bytes);
  // ONNX Runtime would drop it; here the scores would not come of a convolution.
  for (const node of model.graph.node.filter(({ opType }) => opType === 'Identity')) {
    const [from, to] = [node.input[0]!, node.output[0]!];
    for (const { input } of model.graph.node)
      input.splice(0, input.length, ...input.map(name => (name === to ? from : name)));
    model.graph.node.splice(model.graph.node.indexOf(node), 1);
  }
  rewriteGraph(model.graph, 8);
  assert.ok(addCandidates(model, { ...choice, byLevels: true, rank: () => 3 }));
  return { bytes, choice, model };
}

for (const [name, head] of Object.entries(HEADS)) {
  test(`by levels, ${name}: what is kept is chosen before levels are joined`, async t => {
    const { bytes, choice, model } = await rewritten(head);
    assert.equal(operators(model.graph).filter(operator => operator === 'If').length, 1);
    const made = new Map(model.graph.node.flatMap(node => node.output.map(output => [output, node.opType] as const)));
    for (const { opType, input } of model.graph.node) {
      if (opType === 'Sigmoid' || opType === 'Split')
        assert.equal(made.get(input[0]!), 'Gather', `${opType} of all points`);
    }
    const plain = await openSession(bytes, { provider: 'cpu', threads: 1 });
    const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
    t.after(() => Promise.all([plain.close(), session.close()]));
    assert.deepEqual(
      session.inputs.map(input => input.name),
      ['x'],
    );
    for (const batch of [1, 2]) {
      const outputs = await session.run('x', ...noise(batch));
      assert.deepEqual(outputs, await plain.run('x', ...noise(batch)), 'wanted whole, they are what they were');
      assert.ok(saySomething(outputs));
      assert.ok(await choosesRight(floor => session.runAbove!('x', ...noise(batch), floor), choice, outputs, batch));
    }
  });
}

test('by levels: heads of other forms are chosen from when they are done', async t => {
  const others: Record<string, Head> = {
    'another activation': { levels: 2, outputs: 'one', activation: () => 'HardSigmoid' },
    'a sigmoid in one level only': { levels: 2, outputs: 'two', activation: i => (i === 0 ? 'Sigmoid' : 'Identity') },
  };
  for (const [name, head] of Object.entries(others)) {
    const { choice, model } = await rewritten(head);
    assert.ok(!operators(model.graph).includes('If'), name);
    const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
    t.after(() => session.close());
    const outputs = await session.run('x', ...noise(1));
    assert.ok(await choosesRight(floor => session.runAbove!('x', ...noise(1), floor), choice, outputs, 1), name);
  }
});

test('by levels: a row that holds all pictures of a batch is found out', async t => {
  const { choice, model } = await rewritten({ levels: 1, outputs: 'one', activation: sigmoid, batch: 1 });
  const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
  t.after(() => session.close());
  for (const [batch, expected] of [
    [1, true],
    [2, false],
  ] as const) {
    const outputs = await session.run('x', ...noise(batch)).catch(() => undefined);
    const run = (floor: number) => session.runAbove!('x', ...noise(batch), floor);
    const isRight = outputs !== undefined && (await choosesRight(run, choice, outputs, batch).catch(() => false));
    assert.equal(isRight, expected);
  }
});

test('the logit of a probability lies below all that round to it', () => {
  const sigmoidOf = (logit: number) => Math.fround(1 / (1 + Math.exp(-logit)));
  let furthest = 0;
  for (let i = 1; i < 1000; i++) {
    const probability = Math.fround(i / 1000);
    const found = sigmoidOf(Math.fround(logitBelow(probability)));
    assert.ok(found < probability, `${probability}: ${found}`);
    furthest = Math.max(furthest, probability - found);
  }
  assert.ok(furthest < 2e-5, `${furthest} below (tolerance 2e-5)`);
  assert.equal(logitBelow(0), -Infinity);
  assert.equal(logitBelow(1e-8), -Infinity);
  assert.equal(logitBelow(-1), -Infinity);
  assert.equal(logitBelow(2), Infinity);
  assert.equal(logitBelow(Infinity), Infinity);
  assert.ok(logitBelow(1) > 11);
});
