import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredInputs, declaredOutputs } from '../../src/onnx/declared-values.ts';
import { makeGraph } from '../../src/onnx/model.ts';
import { makeValue } from '../../src/onnx/value.ts';

test('sizes that are fixed, named, and not known: no name, or -1', () => {
  const graph = makeGraph({
    name: 'g',
    inputs: [makeValue('x', 'float', [-1, 3, 'height', ''])],
    outputs: [makeValue('y', 'int64', [0, -1])],
    nodes: [],
  });
  assert.deepEqual(declaredInputs(graph), [{ name: 'x', type: 'float32', dims: ['?', 3, 'height', '?'] }]);
  assert.deepEqual(declaredOutputs(graph), [{ name: 'y', type: 'int64', dims: [0, '?'] }]);
});
