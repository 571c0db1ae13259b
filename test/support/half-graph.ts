import { type ModelProto, TensorProto_DataType } from '../../src/onnx/onnx_pb.ts';

/** A graph in half precision, as `half=True` and converters export it, in place: weights, input and outputs are float16. For graphs without Constant or Cast nodes. */
export function halfGraph(model: ModelProto): ModelProto {
  const graph = model.graph!;
  for (const tensor of graph.initializer) {
    if (tensor.dataType !== TensorProto_DataType.FLOAT) continue;
    const values = new Float32Array(new Uint8Array(tensor.rawData).buffer);
    tensor.rawData = new Uint8Array(Uint16Array.from(values, halfBits).buffer);
    tensor.dataType = TensorProto_DataType.FLOAT16;
  }
  for (const { type } of [...graph.input, ...graph.output]) {
    if (type?.value.case === 'tensorType' && type.value.value.elemType === TensorProto_DataType.FLOAT) {
      type.value.value.elemType = TensorProto_DataType.FLOAT16;
    }
  }
  return model;
}

/** IEEE 754 binary16 of a number below 65,520, cut off after its 10 bits; what is smaller than 2^-14 becomes 0. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) throw new Error(`${value} is too large for float16.`);
  if (size < 2 ** -14) return sign;
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | Math.floor((size / 2 ** exponent - 1) * 1024);
}
