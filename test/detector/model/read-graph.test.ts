import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { describeGraph, foreignOperators, suppresses } from '../../../src/detector/model/describe-graph.ts';
import { readGraph } from '../../../src/detector/model/read-graph.ts';
import { float32Interface } from '../../../src/onnx/float32-interface.ts';
import { encodeModel, makeGraph } from '../../../src/onnx/model.ts';
import { makeNode } from '../../../src/onnx/node.ts';
import { parseModel } from '../../../src/onnx/parse-model.ts';
import { makeValue } from '../../../src/onnx/value.ts';
import { BGR, familyGraph } from '../../support/family-graph.ts';
import { halfGraph } from '../../support/half-graph.ts';

const half = () => halfGraph(familyGraph({ normalisation: BGR, strides: [8], bins: 8, priorOffset: 0.5 }));

test('a file that does not say who made it: unknown', () => {
  const model = half();
  delete (model as Partial<typeof model>).producerName;
  delete (model as Partial<typeof model>).producerVersion;
  assert.equal(describeGraph(parseModel(encodeModel(model))).producer, 'unknown');
});

test('the casts that are added are standard operators', () => {
  const model = parseModel(encodeModel(half()));
  assert.equal(float32Interface(model.graph).length, 3);
  assert.equal(describeGraph(model).operators.Cast, 3);
});

test('operators in branches count, and a suppression there is one', () => {
  const model = parseModel(encodeModel(half()));
  const branch = makeGraph({
    name: 'found',
    inputs: [],
    outputs: [makeValue('kept', 'int64', ['n', 3])],
    nodes: [makeNode('NonMaxSuppression', ['boxes', 'scores'], ['kept'])],
  });
  const branches = { then_branch: { graph: branch }, else_branch: { graph: branch } };
  model.graph.node.push(makeNode('If', ['any'], ['kept_of_all'], branches));
  const description = describeGraph(model);
  assert.equal(description.operators.NonMaxSuppression, 2);
  assert.ok(suppresses(description));
  branch.node[0]!.domain = 'mmdeploy';
  assert.deepEqual(foreignOperators(model), ['mmdeploy::NonMaxSuppression']);
});

test('operators are those of the file, types those of the graph that is made of it', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-read-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'half.onnx');
  await writeFile(file, encodeModel(half()));
  const { description, changes, graph } = await readGraph(file);
  assert.equal(changes.cast.length, 3);
  assert.equal(description.operators.Cast, undefined);
  assert.equal(describeGraph(parseModel(graph)).operators.Cast, 3);
  assert.deepEqual(
    description.inputs.map(({ type }) => type),
    ['float32'],
  );
});
