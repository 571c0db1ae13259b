import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../../src/detector/inference/session.ts';
import { encodeModel } from '../../../src/onnx/model.ts';
import { BGR, familyGraph } from '../../support/family-graph.ts';

for (const provider of ['cpu', 'auto', 'cuda'] as const) {
  test(`provider ${provider}: a graph that loads with none is an invalid graph`, async () => {
    const model = familyGraph({ normalisation: BGR, strides: [8], bins: 8, priorOffset: 0.5 });
    model.graph!.node[0]!.opType = 'NoSuchOperator';
    await assert.rejects(openSession(encodeModel(model), { provider, threads: 1 }), {
      code: 'invalid_graph',
      message: /^ONNX Runtime cannot load the graph: .*NoSuchOperator/,
    });
  });
}
