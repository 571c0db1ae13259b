import { create } from '@bufbuild/protobuf';
import { type TensorProto, TensorProto_DataType, TensorProtoSchema } from './onnx_pb.ts';

/** An initialiser of 32-bit floats; `dims` multiply to `values.length`, row-major. */
export function floatTensor(name: string, dims: readonly number[], values: Float32Array): TensorProto {
  return makeTensor(name, dims, values, TensorProto_DataType.FLOAT);
}

/** An initialiser of 64-bit integers: shapes, axes and the like. */
export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return makeTensor(name, dims, BigInt64Array.from(values, BigInt), TensorProto_DataType.INT64);
}

function makeTensor(
  name: string,
  dims: readonly number[],
  values: Float32Array | BigInt64Array,
  dataType: TensorProto_DataType,
): TensorProto {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size !== values.length) {
    throw new Error(
      `Expected ${size} values for tensor '${name}' of shape [${dims.join(', ')}] but received ${values.length}.`,
    );
  }
  // raw_data is little-endian, as is every platform that onnxruntime-node runs on.
  const rawData = new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength));
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType, rawData });
}
