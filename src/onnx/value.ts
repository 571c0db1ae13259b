import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType, type ValueInfoProto, ValueInfoProtoSchema } from './onnx_pb.ts';

const ELEMENT_TYPES = {
  float: TensorProto_DataType.FLOAT,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
} as const;

/** An input or output of a graph. A dimension is a fixed size or the name of one that may differ from run to run. */
export function makeValue(
  name: string,
  elementType: keyof typeof ELEMENT_TYPES,
  shape: readonly (number | string)[],
): ValueInfoProto {
  const dim = shape.map(size =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPES[elementType], shape: { dim } } } },
  });
}
