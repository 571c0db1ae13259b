import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../src/detector/inference/session.ts';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { ModelProto } from '../../src/onnx/onnx_pb.ts';
import { type OutputForm, reformOutputs } from '../../src/onnx/reform-outputs.ts';
import { makeValue } from '../../src/onnx/value.ts';

/** A graph that gives back what it is given. */
function echo(dims: number[], opset: number): ModelProto {
  const graph = makeGraph({
    name: 'echo',
    inputs: [makeValue('x', 'float', dims)],
    outputs: [makeValue('y', 'float', dims)],
    nodes: [makeNode('Identity', ['x'], ['y'])],
  });
  const model = makeModel({ graph, producer: { name: 'test', version: '1' } });
  model.opsetImport[0]!.version = BigInt(opset);
  return model;
}

async function run(model: ModelProto, values: number[], dims: number[]) {
  const session = await openSession(encodeModel(model), { provider: 'cpu', threads: 1 });
  return session.run('x', Float32Array.from(values), dims).finally(() => session.close());
}

const OBJECTNESS: OutputForm = { form: 'objectness', fused: 'y', channelAxis: 2, channels: 7 };
/** Two points of four of a box, an objectness and two scores. */
const POINTS = [1, 2, 3, 4, 0.5, 0.5, 0.25, 5, 6, 7, 8, 0.25, 1, 0];
const PRODUCTS = [1, 2, 3, 4, 0.25, 0.125, 5, 6, 7, 8, 0.25, 0];

for (const opset of [9, 10, 13, 17]) {
  test(`scores are multiplied by the objectness in opset ${opset}`, async () => {
    const model = echo([1, 2, 7], opset);
    reformOutputs(model.graph!, OBJECTNESS, opset);
    const { boxes_and_scores } = await run(model, POINTS, [1, 2, 7]);
    assert.deepEqual([...boxes_and_scores!.data], PRODUCTS);
    const operators = model.graph!.node.map(({ opType }) => opType);
    assert.ok(!operators.includes('Gather'), 'it takes each number of 25,200 points of 80 classes by itself');
  });
}

for (const [order, row] of [
  ['class-first', [7, 0.5, 1, 2, 3, 4]],
  ['image-first', [0, 1, 2, 3, 4, 7, 0.5]],
  ['image-first-class-last', [0, 1, 2, 3, 4, 0.5, 7]],
] as const) {
  test(`rows of one picture: ${order}`, async () => {
    const dims = [1, row.length];
    const model = echo(dims, 17);
    reformOutputs(model.graph!, { form: 'rows', rows: 'y', order }, 17);
    const { detections, labels } = await run(model, [...row], dims);
    assert.deepEqual([...detections!.data], [1, 2, 3, 4, 0.5]);
    assert.deepEqual(detections!.dims, [1, 1, 5]);
    assert.deepEqual([...labels!.data], [7]);
    assert.deepEqual(labels!.dims, [1, 1]);
  });
}

test('new tensors have no name that the file declares, though nothing makes it', async () => {
  const model = echo([1, 2, 7], 17);
  for (const name of ['boxes', 'class_scores', 'objectness', 'scores', 'boxes_and_scores']) {
    model.graph!.valueInfo.push(makeValue(name, 'int64', [3]));
  }
  reformOutputs(model.graph!, OBJECTNESS, 17);
  const { boxes_and_scores_2 } = await run(model, POINTS, [1, 2, 7]);
  assert.deepEqual([...boxes_and_scores_2!.data], PRODUCTS);
});
