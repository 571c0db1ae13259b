import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeModel, encodeModel, makeGraph, makeModel, OPSET } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

function affine() {
  const graph = makeGraph({
    name: 'affine',
    inputs: [makeValue('x', 'float', ['rows', 2])],
    outputs: [makeValue('y', 'float', ['rows', 1])],
    nodes: [
      makeNode('MatMul', ['x', 'weight'], ['product']),
      makeNode('Reshape', ['product', 'shape'], ['flat']),
      makeNode('LeakyRelu', ['flat'], ['y'], { alpha: { float: 0.25 } }),
    ],
    initializers: [floatTensor('weight', [2, 1], Float32Array.of(1, -1)), int64Tensor('shape', [2], [-1, 1])],
  });
  return makeModel({
    graph,
    producer: { name: 'test', version: '3' },
    description: 'x1 - x2',
    metadata: { license: 'Apache-2.0', source: 'here' },
  });
}

test('ONNX Runtime runs a model we wrote', async () => {
  const session = await InferenceSession.create(encodeModel(affine()));
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(5, 2, 2, 6), [2, 2]) });
  assert.deepEqual(y?.dims, [2, 1]);
  assert.deepEqual(y?.data, Float32Array.of(3, -1));
});

test('the same graph gives the same bytes and decodes to what it was', () => {
  const bytes = encodeModel(affine());
  assert.deepEqual(encodeModel(affine()), bytes);
  const read = decodeModel(bytes);
  assert.equal(read.producerName, 'test');
  assert.equal(read.opsetImport[0]?.version, BigInt(OPSET));
  assert.deepEqual(
    read.metadataProps.map(({ key, value }) => [key, value]),
    [
      ['license', 'Apache-2.0'],
      ['source', 'here'],
    ],
  );
  assert.deepEqual(
    read.graph?.node.map(node => node.opType),
    ['MatMul', 'Reshape', 'LeakyRelu'],
  );
  assert.deepEqual(encodeModel(read), bytes);
});

test('a tensor copies a view of a larger buffer, not the buffer', () => {
  const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const { rawData } = floatTensor('t', [2], view);
  view[0] = 7;
  assert.deepEqual(new Float32Array(rawData.slice().buffer), Float32Array.of(1, 2));
});

test('a tensor whose values do not fill its shape is refused', () => {
  assert.throws(() => floatTensor('bias', [2, 2], new Float32Array(3)), {
    message: "Expected 4 values for tensor 'bias' of shape [2, 2] but received 3.",
  });
});
