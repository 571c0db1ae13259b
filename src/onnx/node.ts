import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
} from './onnx_pb.ts';

export type AttributeValue =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string }
  | { graph: GraphProto };

/** One operator. It is named after its first output. Attributes are written in the order given. */
export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: output[0] ?? opType,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => makeAttribute(name, value)),
  });
}

function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const type = AttributeProto_AttributeType;
  if ('int' in value) return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value.int) });
  if ('ints' in value) return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.ints.map(BigInt) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  if ('graph' in value) return create(AttributeProtoSchema, { name, type: type.GRAPH, g: value.graph });
  return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value.string) });
}
