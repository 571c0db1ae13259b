import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb.ts';

/** Opset 17 (ONNX 1.12): the oldest with all we write, and one whose operators every ONNX Runtime since 1.12 fuses. */
export const OPSET = 17;
const IR_VERSION = 8; // the IR of ONNX 1.12

export interface GraphParts {
  name: string;
  inputs: readonly ValueInfoProto[];
  outputs: readonly ValueInfoProto[];
  /** In an order in which every input is made before it is used. */
  nodes: readonly NodeProto[];
  initializers?: readonly TensorProto[];
}

export function makeGraph(parts: GraphParts): GraphProto {
  return create(GraphProtoSchema, {
    name: parts.name,
    input: [...parts.inputs],
    output: [...parts.outputs],
    node: [...parts.nodes],
    initializer: [...(parts.initializers ?? [])],
  });
}

export interface ModelParts {
  graph: GraphProto;
  producer: { name: string; version: string };
  description?: string;
  /** Shown by ONNX Runtime and viewers as custom metadata, e.g. `license`. */
  metadata?: Readonly<Record<string, string>>;
}

export function makeModel(parts: ModelParts): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: parts.producer.name,
    producerVersion: parts.producer.version,
    docString: parts.description ?? '',
    graph: parts.graph,
    metadataProps: Object.entries(parts.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
}

/** The bytes of a `.onnx` file. Fields are written in the order of their numbers, so equal models give equal bytes. */
export function encodeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/** Throws when the bytes are no protobuf message. Any message without an ONNX graph decodes too: look at `graph`. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return fromBinary(ModelProtoSchema, bytes);
}
