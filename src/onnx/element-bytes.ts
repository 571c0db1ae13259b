import { TensorProto_DataType as Type } from './onnx_pb.ts';

const BYTES: ReadonlyMap<number, number> = new Map([
  [Type.FLOAT, 4],
  [Type.UINT8, 1],
  [Type.INT8, 1],
  [Type.UINT16, 2],
  [Type.INT16, 2],
  [Type.INT32, 4],
  [Type.INT64, 8],
  [Type.BOOL, 1],
  [Type.FLOAT16, 2],
  [Type.DOUBLE, 8],
  [Type.UINT32, 4],
  [Type.UINT64, 8],
  [Type.BFLOAT16, 2],
]);

/** Bytes of one element in raw data; undefined for strings and for types that pack several into a byte. */
export function elementBytes(dataType: number): number | undefined {
  return BYTES.get(dataType);
}
