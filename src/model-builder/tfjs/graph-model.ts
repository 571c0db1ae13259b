import { type Static, Type, Value } from '../../vendor/typebox.ts';
import { BuildError } from '../build-error.ts';

const Dimensions = Type.Object({ dim: Type.Optional(Type.Array(Type.Object({ size: Type.Optional(Type.String()) }))) });

/** One attribute: protobuf's JSON form, in which 64-bit integers are strings and strings are base64. */
const Attribute = Type.Object({
  s: Type.Optional(Type.String()),
  i: Type.Optional(Type.String()),
  f: Type.Optional(Type.Number()),
  b: Type.Optional(Type.Boolean()),
  list: Type.Optional(Type.Object({ i: Type.Optional(Type.Array(Type.String())) })),
  shape: Type.Optional(Dimensions),
});

const Node = Type.Object({
  name: Type.String(),
  op: Type.String(),
  input: Type.Optional(Type.Array(Type.String())),
  attr: Type.Optional(Type.Record(Type.String(), Attribute)),
});

const Weight = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  dtype: Type.String(),
  quantization: Type.Optional(Type.Object({ dtype: Type.String() })),
});

const GraphModel = Type.Object({
  format: Type.Literal('graph-model'),
  modelTopology: Type.Object({ node: Type.Array(Node) }),
  weightsManifest: Type.Array(Type.Object({ paths: Type.Array(Type.String()), weights: Type.Array(Weight) })),
});

export type TfNode = Static<typeof Node>;
export type TfAttribute = Static<typeof Attribute>;
export type TfWeight = Static<typeof Weight>;
export type GraphModel = Static<typeof GraphModel>;

/** Reads the JSON half of a TensorFlow.js graph model; keeps only what the converter looks at. Throws `BuildError`. */
export function parseGraphModel(text: string): GraphModel {
  const json: unknown = JSON.parse(text);
  const [wrong] = Value.Errors(GraphModel, json);
  if (wrong)
    throw new BuildError(`The TensorFlow.js graph model is malformed: ${wrong.instancePath || '/'} ${wrong.message}.`);
  return json as GraphModel;
}
