import Type, { type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';

/**
 * The objects of the Open Inference Protocol v2 as its specification has them: field by field, with what it requires
 * (kserve/open-inference-protocol specification/protocol/open_inference_rest.yaml@18d5991e and inference_rest.md), and the
 * `parameters` of the binary tensor data extension, with which `binary_data_size` stands for `data`. Written anew here, and
 * stricter: no fields that it does not name.
 */
const closed = { additionalProperties: false };
const object = (properties: Record<string, TSchema>) => Type.Object(properties, closed);
const Shape = Type.Array(Type.Integer());
const Parameters = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));
const DATATYPES = [
  ...['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64'],
  ...['FP16', 'FP32', 'FP64', 'BYTES'],
];
const Datatype = Type.Enum(DATATYPES);
/** `tensor_data`: flattened or nested. */
const TensorData = Type.Array(Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Array(Type.Unknown())]));
const TensorMetadata = object({ name: Type.String(), datatype: Datatype, shape: Shape });
const tensor = { name: Type.String(), shape: Shape, datatype: Datatype };
const BinarySize = Type.Object({ binary_data_size: Type.Integer({ minimum: 0 }) });
const Tensor = Type.Union([
  object({ ...tensor, parameters: Type.Optional(Parameters), data: TensorData }),
  object({ ...tensor, parameters: BinarySize }),
]);

export const OIP = {
  metadata_server_response: object({
    name: Type.String(),
    version: Type.String(),
    extensions: Type.Array(Type.String()),
  }),
  metadata_model_response: object({
    name: Type.String(),
    versions: Type.Optional(Type.Array(Type.String())),
    platform: Type.String(),
    inputs: Type.Optional(Type.Array(TensorMetadata)),
    outputs: Type.Optional(Type.Array(TensorMetadata)),
  }),
  inference_request: object({
    id: Type.Optional(Type.String()),
    parameters: Type.Optional(Parameters),
    inputs: Type.Array(Tensor),
    outputs: Type.Optional(Type.Array(object({ name: Type.String(), parameters: Type.Optional(Parameters) }))),
  }),
  inference_response: object({
    model_name: Type.String(),
    model_version: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    parameters: Type.Optional(Parameters),
    outputs: Type.Array(Tensor),
  }),
  error_response: object({ error: Type.String() }),
} as const;

/** Throws when `value` is not what the specification says under that name. */
export function assertOip(name: keyof typeof OIP, value: unknown): void {
  if (Check(OIP[name], value)) return;
  const errors = [...Errors(OIP[name], value)].map(({ instancePath, message }) => `${instancePath} ${message}`);
  throw new Error(`Not a ${name}: ${errors.join('; ')} in ${JSON.stringify(value)}`);
}
