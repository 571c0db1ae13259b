import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestDifference, saySomething } from '../../src/detector/inference/same-outputs.ts';
import { openSession } from '../../src/detector/inference/session.ts';
import { float32Interface } from '../../src/onnx/float32-interface.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { type GraphProto, type ModelProto, TensorProto_DataType } from '../../src/onnx/onnx_pb.ts';
import { parseModel } from '../../src/onnx/parse-model.ts';
import { int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { familyGraph, UNIT } from '../support/family-graph.ts';
import { halfGraph } from '../support/half-graph.ts';

/** What 11 bits leave of logits of a few units. */
const HALF_TOLERANCE = 0.002;

async function run(model: ModelProto, data: Float32Array, dims: readonly number[]) {
  const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
  return session.run(session.inputs[0]!.name, data, dims).finally(() => session.close());
}

function model(graph: GraphProto): ModelProto {
  return makeModel({ graph, producer: { name: 'test', version: '1' } });
}

const declared = (values: GraphProto['input']) =>
  values.map(({ name, type }) => {
    if (type?.value.case !== 'tensorType') throw new Error('no tensor');
    return [name, TensorProto_DataType[type.value.value.elemType]];
  });

function setType(values: GraphProto['input'], name: string, elemType: TensorProto_DataType): void {
  const { type } = values.find(value => value.name === name)!;
  if (type?.value.case === 'tensorType') type.value.value.elemType = elemType;
}

const NOISE = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => 0.5 + Math.sin(i) / 2);

test('a graph in half precision takes and gives float32 under its names, and computes what it computed', async t => {
  const options = { normalisation: UNIT, strides: [8, 16], bins: 8, priorOffset: 0.5, scores: 'logit' } as const;
  const whole = familyGraph(options);
  const listed = familyGraph(options);
  listed.graph!.input.push(makeValue('cls_bias', 'float', [3])); // a weight
  const half = halfGraph(listed);
  await assert.rejects(run(half, NOISE, [1, 3, 64, 64]), 'as it comes it takes no float32');

  const cast = float32Interface(half.graph!);
  const names = ['images', 'scores_8', 'boxes_8', 'scores_16', 'boxes_16'];
  assert.deepEqual(
    cast,
    names.map(name => ({ name, type: 'float16' })),
  );
  assert.deepEqual(declared(half.graph!.input), [
    ['images', 'FLOAT'],
    ['cls_bias', 'FLOAT16'],
  ]);
  assert.deepEqual(
    declared(half.graph!.output),
    names.slice(1).map(name => [name, 'FLOAT']),
  );
  const outputs = await run(half, NOISE, [1, 3, 64, 64]);
  const expected = await run(whole, NOISE, [1, 3, 64, 64]);
  const apart = largestDifference(expected, outputs);
  t.diagnostic(`half and single precision at most ${apart} apart (tolerance ${HALF_TOLERANCE})`);
  assert.ok(saySomething(outputs));
  assert.ok(apart > 0 && apart <= HALF_TOLERANCE);
  assert.deepEqual(float32Interface(half.graph!), [], 'there is nothing left to do');
});

test('a graph that takes and gives float32 and integers is left as it is, to the byte', () => {
  const graph = makeGraph({
    name: 'plain',
    inputs: [makeValue('x', 'float', [1, 3, 8, 8])],
    outputs: [makeValue('y', 'float', [1, 3, 8, 8]), makeValue('ids', 'int64', [1, 3, 8, 8])],
    nodes: [
      makeNode('Relu', ['x'], ['y']),
      makeNode('Cast', ['y'], ['ids'], { to: { int: TensorProto_DataType.INT64 } }),
    ],
  });
  const before = encodeModel(model(graph));
  assert.deepEqual(float32Interface(graph), []);
  assert.deepEqual(encodeModel(model(graph)), before);
});

test('outputs of float64 and bool, names that are taken, and branches that read the input', async () => {
  const body = (name: string, operator: string) =>
    makeGraph({
      name,
      inputs: [],
      outputs: [makeValue(`${name}_y`, 'float', [1, 3, 8, 8])],
      nodes: [makeNode(operator, ['x'], [`${name}_y`])],
    });
  const graph = makeGraph({
    name: 'odd',
    inputs: [makeValue('x', 'float', [1, 3, 8, 8])],
    outputs: [makeValue('y', 'float', [1, 3, 8, 8]), makeValue('is_large', 'bool', [])],
    nodes: [
      makeNode('ReduceSum', ['x', 'axes'], ['sum'], { keepdims: { int: 0 } }),
      makeNode('Greater', ['sum', 'x_float64'], ['is_large']),
      makeNode('If', ['is_large'], ['y'], {
        then_branch: { graph: body('then', 'Neg') },
        else_branch: { graph: body('else', 'Abs') },
      }),
      makeNode('Cast', ['limit'], ['x_float64'], { to: { int: TensorProto_DataType.DOUBLE } }),
    ].sort((a, b) => Number(b.output[0] === 'x_float64') - Number(a.output[0] === 'x_float64')),
    initializers: [int64Tensor('axes', [4], [0, 1, 2, 3]), int64Tensor('limit', [], [10])],
  });
  setType(graph.input, 'x', TensorProto_DataType.DOUBLE);
  setType(graph.output, 'y', TensorProto_DataType.DOUBLE);
  graph.valueInfo.push(makeValue('y', 'float', [1, 3, 8, 8]));
  setType(graph.valueInfo, 'y', TensorProto_DataType.DOUBLE);
  for (const { attribute } of graph.node) {
    for (const { g } of attribute)
      if (g !== undefined) setType(g.output, g.output[0]!.name, TensorProto_DataType.DOUBLE);
  }
  const odd = model(graph);
  assert.deepEqual(float32Interface(graph), [
    { name: 'x', type: 'float64' },
    { name: 'y', type: 'float64' },
    { name: 'is_large', type: 'bool' },
  ]);
  const { graph: read } = parseModel(encodeModel(odd));
  assert.ok(
    read.node.some(({ output }) => output[0] === 'x_float64_2'),
    'its name inside is one that was free',
  );

  assert.deepEqual(declared(read.valueInfo), [['y_float64', 'DOUBLE']], 'what is said of a tensor goes with it');
  const ones = new Float32Array(192).fill(1);
  const large = await run(odd, ones, [1, 3, 8, 8]);
  assert.deepEqual([large.is_large!.data[0], large.y!.data[0]], [1, -1]);
  const small = await run(odd, ones.fill(-1), [1, 3, 8, 8]);
  assert.deepEqual([small.is_large!.data[0], small.y!.data[0]], [0, 1]);
});

test('a branch that has a tensor of that name keeps it, and an input that is given back is cast once', async () => {
  const body = (name: string, operator: string) =>
    makeGraph({
      name,
      inputs: [],
      outputs: [makeValue('y', 'float', [1, 3, 8, 8])],
      nodes: [makeNode(operator, ['x'], ['x_float64']), makeNode('Neg', ['x_float64'], ['y'])],
    });
  const branches = { then_branch: { graph: body('then', 'Neg') }, else_branch: { graph: body('else', 'Abs') } };
  const graph = makeGraph({
    name: 'scopes',
    inputs: [makeValue('x', 'float', [1, 3, 8, 8])],
    outputs: [makeValue('y', 'float', [1, 3, 8, 8]), makeValue('x', 'float', [1, 3, 8, 8])],
    nodes: [
      makeNode('ReduceSum', ['x', 'axes'], ['sum'], { keepdims: { int: 0 } }),
      makeNode('Cast', ['sum'], ['is_set'], { to: { int: TensorProto_DataType.BOOL } }),
      makeNode('If', ['is_set'], ['y'], branches),
    ],
    initializers: [int64Tensor('axes', [4], [0, 1, 2, 3])],
  });
  setType(graph.input, 'x', TensorProto_DataType.DOUBLE);
  for (const name of ['x', 'y']) setType(graph.output, name, TensorProto_DataType.DOUBLE);
  for (const { graph: branch } of Object.values(branches)) setType(branch.output, 'y', TensorProto_DataType.DOUBLE);
  assert.deepEqual(float32Interface(graph), [
    { name: 'x', type: 'float64' },
    { name: 'y', type: 'float64' },
  ]);
  assert.deepEqual(declared(graph.output), [
    ['y', 'FLOAT'],
    ['x', 'FLOAT'],
  ]);
  const { x, y } = await run(model(graph), new Float32Array(192).fill(-3), [1, 3, 8, 8]);
  assert.deepEqual([x!.data[0], y!.data[0]], [-3, -3]);
});

test('a graph that declares the same again and again, or very much, is done with at once', () => {
  const many = 20_000;
  const names = Array.from({ length: many }, (_, i) => `y${i}`);
  const graph = makeGraph({
    name: 'many',
    inputs: Array<string>(many)
      .fill('x')
      .map(name => makeValue(name, 'float', [1])),
    outputs: [...names, ...Array<string>(many).fill('y0')].map(name => makeValue(name, 'float', [1])),
    nodes: names.map(name => makeNode('Identity', ['x'], [name])),
  });
  for (const { type } of [...graph.input, ...graph.output]) {
    if (type?.value.case === 'tensorType') type.value.value.elemType = TensorProto_DataType.FLOAT16;
  }
  const startedAt = performance.now();
  assert.equal(float32Interface(graph).length, many + 1);
  assert.ok(performance.now() - startedAt < 10_000, 'one walk over the graph, not one for each output');
});

const PIXELS = Float32Array.of(-3, 0.4, 0.6, 127.3, 254.7, 300);

function takingPixels(opset: number): ModelProto {
  const graph = makeGraph({
    name: 'pixels',
    inputs: [makeValue('x', 'float', [1, 3, 1, 2])],
    outputs: [makeValue('y', 'float', [1, 3, 1, 2])],
    nodes: [makeNode('Cast', ['x'], ['y'], { to: { int: TensorProto_DataType.FLOAT } })],
  });
  setType(graph.input, 'x', TensorProto_DataType.UINT8);
  const made = model(graph);
  made.opsetImport[0]!.version = BigInt(opset);
  return made;
}

for (const opset of [9, 11, 17]) {
  test(`pixels as they are become whole numbers of 0 to 255, not what a Cast leaves of them, in opset ${opset}`, async () => {
    const takesPixels = takingPixels(opset);
    assert.deepEqual(float32Interface(takesPixels.graph!), [{ name: 'x', type: 'uint8' }]);
    const { y } = await run(takesPixels, PIXELS, [1, 3, 1, 2]);
    assert.deepEqual([...y!.data], [0, 0, 1, 127, 255, 255]);
  });
}
