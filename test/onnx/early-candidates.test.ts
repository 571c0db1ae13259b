import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosesRight } from '../../src/detector/inference/choosing-graph.ts';
import { openSession, type Session } from '../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { type ModelProto, type NodeProto, TensorProto_DataType } from '../../src/onnx/onnx_pb.ts';
import { addEarlyCandidates, type ScoredPair } from '../../src/onnx/rewrite/add-candidates.ts';
import { CANDIDATES } from '../../src/onnx/rewrite/candidate-names.ts';
import { int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

const CLASSES = 5;
const BINS = 7;
const CHANNELS = CLASSES + BINS;
/** Rows and columns of the levels. */
const LEVELS = [
  [4, 6],
  [2, 3],
] as const;

interface Tail {
  nodes: NodeProto[];
  outputs: string[];
  pairs: ScoredPair[];
}

const split = (opset: number, tensor: string, parts: string[]) =>
  opset < 13
    ? makeNode('Split', [tensor], parts, { axis: { int: 1 }, split: { ints: [CLASSES, BINS] } })
    : makeNode('Split', [tensor, 'sizes'], parts, { axis: { int: 1 } });
const swap = (tensor: string, output: string, perm = [0, 2, 1]) =>
  makeNode('Transpose', [tensor], [output], { perm: { ints: perm } });
const concat = (tensors: string[], output: string, axis: number) =>
  makeNode('Concat', tensors, [output], { axis: { int: axis } });

/** Scores and distances of each level in outputs of their own, as NanoDet and PicoDet have them. */
function apart(opset: number): Tail {
  const nodes = LEVELS.flatMap((_, level) => [
    split(opset, `x${level}`, [`c${level}`, `d${level}`]),
    makeNode('Sigmoid', [`c${level}`], [`s${level}`]),
    makeNode('Reshape', [`s${level}`, 'flat'], [`fs${level}`]),
    makeNode('Reshape', [`d${level}`, 'flat'], [`fd${level}`]),
    swap(`fs${level}`, `scores${level}`),
    swap(`fd${level}`, `boxes${level}`),
  ]);
  const pairs = LEVELS.map((_, level) => ({
    scores: { output: `scores${level}`, channel: 0, channels: CLASSES },
    boxes: { output: `boxes${level}` },
  }));
  return { nodes, pairs, outputs: pairs.flatMap(({ scores, boxes }) => [scores.output, boxes.output]) };
}

const FUSED: ScoredPair[] = [{ scores: { output: 'all', channel: 0, channels: CHANNELS }, boxes: { output: 'all' } }];

/** All levels in one output, as NanoDet-Plus has them. `axis` of the points, in which levels are joined. */
function together(opset: number, axis = 2, sigmoidOf = (level: number) => `c${level}`): Tail {
  const nodes = LEVELS.flatMap((_, level) => {
    const scores = sigmoidOf(level);
    const parts = [`c${level}`, `d${level}`].map(part => (part === scores ? `s${level}` : part));
    return [
      split(opset, `x${level}`, [`c${level}`, `d${level}`]),
      makeNode('Sigmoid', [scores], [`s${level}`]),
      concat(parts, `j${level}`, 1),
      makeNode('Reshape', [`j${level}`, 'flat'], [`f${level}`]),
    ];
  });
  const flat = LEVELS.map((_, level) => `f${level}`);
  return { nodes: [...nodes, concat(flat, 'levels', axis), swap('levels', 'all')], outputs: ['all'], pairs: FUSED };
}

/** Without sigmoids: probabilities already, or logits that stay ones. */
function plain(): Tail {
  const flat = LEVELS.map((_, level) => `f${level}`);
  const nodes = flat.map((name, level) => makeNode('Reshape', [`x${level}`, 'flat'], [name]));
  return { nodes: [...nodes, concat(flat, 'levels', 2), swap('levels', 'all')], outputs: ['all'], pairs: FUSED };
}

/** `x`, (batch, channels, points of all levels), is cut into levels of rows and columns. */
function modelOf({ nodes, outputs }: Tail, opset: number): ModelProto {
  const points = LEVELS.map(([rows, columns]) => rows * columns);
  const model = makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      name: 'head',
      inputs: [makeValue('x', 'float', ['batch', CHANNELS, points[0]! + points[1]!])],
      outputs: outputs.map(name => makeValue(name, 'float', ['batch', 'points', 'channels'])),
      nodes: [
        ...LEVELS.flatMap((_, level) => [
          makeNode('Slice', ['x', `from${level}`, `to${level}`, 'last axis'], [`cut${level}`]),
          makeNode('Reshape', [`cut${level}`, `shape${level}`], [`x${level}`]),
        ]),
        ...nodes,
      ],
      initializers: [
        int64Tensor('flat', [3], [0, 0, -1]),
        int64Tensor('sizes', [2], [CLASSES, BINS]),
        int64Tensor('last axis', [1], [2]),
        ...LEVELS.flatMap((size, level) => [
          int64Tensor(`from${level}`, [1], [level === 0 ? 0 : points[0]!]),
          int64Tensor(`to${level}`, [1], [level === 0 ? points[0]! : points[0]! + points[1]!]),
          int64Tensor(`shape${level}`, [4], [0, 0, ...size]),
        ]),
      ],
    }),
  });
  model.opsetImport[0]!.version = BigInt(opset);
  return model;
}

const POINTS = LEVELS.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
const input = (batch: number) => ({
  data: Float32Array.from({ length: batch * CHANNELS * POINTS }, (_, i) => 6 * Math.sin((i + 1) * 7919)),
  dims: [batch, CHANNELS, POINTS],
});
const scored = ({ pairs }: Tail) => ({ pairs, layout: 'points-first' as const, classes: CLASSES, rank: () => 3 });

const TAILS: Record<string, (opset: number) => Tail> = {
  'an output for scores and one for boxes of each level': apart,
  'one output': together,
  'one output, levels joined along the last axis': opset => together(opset, -1),
  'one output without sigmoids': plain,
  'one output with sigmoids of its boxes alone': opset => together(opset, 2, level => `d${level}`),
};

for (const [name, tailOf] of Object.entries(TAILS)) {
  for (const opset of [11, 13, 17, 18]) {
    test(`early candidates, opset ${opset}, ${name}: chosen points, and whole outputs, to the last bit`, async t => {
      const tail = tailOf(opset);
      const [before, model] = [modelOf(tail, opset), modelOf(tail, opset)];
      assert.ok(addEarlyCandidates(model, scored(tail)));
      const [plainly, early] = await Promise.all(
        [before, model].map(one => openSession(encodeModel(one), { provider: 'cpu', threads: 1 })),
      );
      t.after(() => Promise.all([plainly!.close(), early!.close()]));
      assert.deepEqual(early!.inputs, plainly!.inputs);
      const named = (session: Session) => session.outputs.map(output => [output.name, output.type, output.dims.length]);
      assert.deepEqual(named(early!), named(plainly!));
      for (const batch of [1, 2]) {
        const { data, dims } = input(batch);
        const expected = await plainly!.run('x', data, dims);
        assert.deepEqual(await early!.run('x', data, dims), expected);
        const above = (floor: number) => early!.runAbove!('x', data, dims, floor);
        assert.ok(await choosesRight(above, scored(tail), expected, batch));
      }
    });
  }
}

test('early candidates: what all points had done to them is done to those that are chosen alone', () => {
  const tail = together(17);
  const model = modelOf(tail, 17);
  assert.ok(addEarlyCandidates(model, scored(tail)));
  const byOutput = new Map(model.graph!.node.map(node => [node.output[0]!, node]));
  const upstream = (name: string): NodeProto[] => {
    const node = byOutput.get(name);
    return node === undefined ? [] : [node, ...node.input.flatMap(upstream)];
  };
  const swaps = model.graph!.node.filter(({ opType }) => opType === 'Transpose');
  assert.equal(swaps.length, 1);
  assert.ok(upstream(swaps[0]!.output[0]!).some(({ opType }) => opType === 'Gather'));
  const sigmoids = model.graph!.node.filter(({ opType }) => opType === 'Sigmoid');
  const ofBest = ({ input: [name] }: NodeProto) => byOutput.get(name!)!.opType === 'ReduceMax';
  const ofChosen = ({ input: [name] }: NodeProto) => upstream(name!).some(({ opType }) => opType === 'Gather');
  assert.deepEqual([sigmoids.length, sigmoids.filter(ofBest).length, sigmoids.filter(ofChosen).length], [2, 1, 1]);
});

test('early candidates: what ends in another way is not taken', () => {
  const notSwapped = plain();
  notSwapped.nodes.splice(-1, 1, swap('levels', 'all', [0, 1, 2]));
  const own = together(17);
  const unlike: Record<string, Tail> = {
    'axes that stay where they are': notSwapped,
    'a sigmoid of some classes, and of bins': {
      ...together(17),
      pairs: [{ scores: { output: 'all', channel: 2, channels: CHANNELS }, boxes: { output: 'all' } }],
    },
  };
  for (const [what, tail] of Object.entries(unlike)) {
    assert.equal(addEarlyCandidates(modelOf(tail, 17), scored(tail)), false, what);
  }
  assert.equal(addEarlyCandidates(modelOf(own, 17), { ...scored(own), layout: 'channels-first' }), false);
  assert.equal(addEarlyCandidates(modelOf(own, 9), scored(own)), false);
  const named = modelOf(own, 17);
  named.graph!.input.push(makeValue(CANDIDATES.all, 'bool', []));
  assert.equal(addEarlyCandidates(named, scored(own)), false);
});

test('early candidates: levels that differ, or parts in another order, keep their sigmoids', async t => {
  const differing = together(17, 2, level => (level === 0 ? 'c0' : 'd1'));
  const reversed = together(17);
  reversed.nodes = reversed.nodes.map(node =>
    node.output[0]!.startsWith('j') ? concat([...node.input].reverse(), node.output[0]!, 1) : node,
  );
  for (const tail of [differing, reversed]) {
    const [before, model] = [modelOf(tail, 17), modelOf(tail, 17)];
    assert.ok(addEarlyCandidates(model, scored(tail)));
    const [plainly, early] = await Promise.all(
      [before, model].map(one => openSession(encodeModel(one), { provider: 'cpu', threads: 1 })),
    );
    t.after(() => Promise.all([plainly!.close(), early!.close()]));
    const { data, dims } = input(1);
    const expected = await plainly!.run('x', data, dims);
    assert.deepEqual(await early!.run('x', data, dims), expected);
    assert.ok(await choosesRight(floor => early!.runAbove!('x', data, dims, floor), scored(tail), expected, 1));
  }
});

test('early candidates: whole outputs are asked for where they are wanted', async t => {
  // What it gives is what it was asked.
  const model = makeModel({
    producer: { name: 'test', version: '1' },
    graph: makeGraph({
      name: 'echo',
      inputs: [
        makeValue('x', 'float', [1]),
        makeValue(CANDIDATES.floor, 'float', []),
        makeValue(CANDIDATES.all, 'bool', []),
      ],
      outputs: [makeValue('own', 'int32', [1]), makeValue(CANDIDATES.points(0), 'int32', [2])],
      nodes: [
        makeNode('Cast', [CANDIDATES.all], ['asked'], { to: { int: TensorProto_DataType.INT32 } }),
        makeNode('Reshape', ['asked', 'one'], ['own']),
        concat(['own', 'own'], CANDIDATES.points(0), 0),
      ],
      initializers: [int64Tensor('one', [1], [1])],
    }),
  });
  const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
  t.after(() => session.close());
  const run = ['x', Float32Array.of(0), [1]] as const;
  assert.deepEqual([...(await session.run(...run)).own!.data], [1]);
  const { kept } = await session.runAbove!(...run, 0.5);
  assert.deepEqual(kept, [{ points: Int32Array.of(0), of: 0 }]);
});
