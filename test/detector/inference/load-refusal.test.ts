import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../../src/detector/inference/session.ts';
import { encodeModel } from '../../../src/onnx/model.ts';
import { TensorProto_DataType } from '../../../src/onnx/onnx_pb.ts';
import { familyGraph, UNIT } from '../../support/family-graph.ts';

const graph = () => familyGraph({ normalisation: UNIT, strides: [8], bins: 8, priorOffset: 0.5 });
type Model = ReturnType<typeof graph>;

const cases: [string, (model: Model) => void, RegExp][] = [
  [
    'a newer opset',
    model => (model.opsetImport[0]!.version = 99n),
    /^[^/]* Opset 99 .*; export it with opset \d+ or lower\.$/,
  ],
  [
    'a newer IR',
    model => (model.irVersion = 99n),
    /graph: Unsupported model IR version: 99, .*; set model\.ir_version = \d+ and save it again\.$/,
  ],
  [
    'bfloat16',
    ({ graph }) => {
      const { type } = graph!.input[0]!;
      if (type?.value.case === 'tensorType') type.value.value.elemType = TensorProto_DataType.BFLOAT16;
      for (const tensor of graph!.initializer) {
        if (tensor.dataType !== TensorProto_DataType.FLOAT) continue;
        tensor.dataType = TensorProto_DataType.BFLOAT16;
        tensor.rawData = tensor.rawData.filter((_, i) => i % 4 >= 2);
      }
    },
    /bfloat16.*; the CPU has no such operator of bfloat16: export it with float32\.$/,
  ],
];
for (const [name, spoil, refusal] of cases) {
  test(`why a graph is not loaded, and the way out: ${name}`, async () => {
    const model = graph();
    spoil(model);
    await assert.rejects(openSession(encodeModel(model), { provider: 'cpu', threads: 1 }), { message: refusal });
  });
}
