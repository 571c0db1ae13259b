import { assertOip } from './oip-schema.ts';

/**
 * What Triton's Python client puts on the wire and takes from it, byte for byte: triton-inference-server/client
 * src/python/library/tritonclient/http/_infer_input.py@06344cae (`set_data_from_numpy`), _utils.py@03a0aac9
 * (`_get_inference_request`), _client.py@06344cae (`infer`: the header, no Content-Type) and _infer_result.py@2a25fb3b.
 * KServe's client sends the same with `content-type: application/octet-stream`
 * (kserve/kserve python/kserve/kserve/inference_client.py@0217bdab).
 */

export interface TritonInput {
  name: string;
  shape: number[];
  datatype: string;
  /** Binary (its default): little-endian values, BYTES elements behind their length. */
  raw?: Buffer;
  /** With binary_data=False. */
  data?: unknown[];
}

export interface TritonRequest {
  headers: Record<string, string>;
  payload: Buffer;
}

/** `InferRequestedOutput(name, binary_data)`; no outputs at all asks for all of them in binary. */
export function tritonRequest(
  inputs: TritonInput[],
  options: { id?: string; outputs?: { name: string; binary: boolean }[]; parameters?: Record<string, unknown> } = {},
): TritonRequest {
  const { id, outputs, parameters } = options;
  const request = {
    ...(id !== undefined && { id }),
    inputs: inputs.map(({ name, shape, datatype, raw, data }) => {
      if (raw === undefined) return { name, shape, datatype, data };
      return { name, shape, datatype, parameters: { binary_data_size: raw.length } };
    }),
    ...(outputs && { outputs: outputs.map(({ name, binary }) => ({ name, parameters: { binary_data: binary } })) }),
    ...((parameters || !outputs) && { parameters: { ...(!outputs && { binary_data_output: true }), ...parameters } }),
  };
  assertOip('inference_request', request);
  const json = Buffer.from(JSON.stringify(request));
  const raw = inputs.flatMap(input => (input.raw === undefined ? [] : [input.raw]));
  if (raw.length === 0) return { headers: {}, payload: json };
  return {
    headers: { 'inference-header-content-length': String(json.length) },
    payload: Buffer.concat([json, ...raw]),
  };
}

/** `serialize_byte_tensor` */
export function byteTensor(elements: readonly Buffer[]): Buffer {
  return Buffer.concat(
    elements.flatMap(element => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

export interface TritonResult {
  response: { model_name: string; model_version: string; id?: string; outputs: { name: string; shape: number[] }[] };
  /** Values of an output, flat; undefined when it is not there. */
  as(name: string): (number | string)[] | undefined;
}

/** `InferResult`: JSON up to the header's length, then the binary outputs in their order. */
export function tritonResult(body: Buffer, headers: Record<string, unknown>): TritonResult {
  const length = headers['inference-header-content-length'];
  const end = length === undefined ? body.length : Number(length);
  const response = JSON.parse(body.subarray(0, end).toString());
  assertOip('inference_response', response);
  const values = new Map<string, (number | string)[]>();
  let at = end;
  for (const { name, datatype, data, parameters } of response.outputs) {
    const size = parameters?.binary_data_size;
    if (size === undefined) values.set(name, data);
    else values.set(name, fromBinary(datatype, body.subarray(at, at + size)));
    at += size ?? 0;
  }
  if (at !== body.length) throw new Error(`${body.length - at} bytes are left behind the last output.`);
  return { response, as: name => values.get(name) };
}

function fromBinary(datatype: string, bytes: Buffer): (number | string)[] {
  if (datatype === 'BYTES') {
    const elements: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32LE(at);
      elements.push(bytes.subarray(at + 4, at + 4 + length).toString());
      at += 4 + length;
    }
    return elements;
  }
  return Array.from({ length: bytes.length / 4 }, (_, i) =>
    datatype === 'FP32' ? bytes.readFloatLE(i * 4) : bytes.readInt32LE(i * 4),
  );
}
