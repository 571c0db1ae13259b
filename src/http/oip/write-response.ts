import type { OutputTensor } from './tensor-type.ts';

export interface InferResponse {
  modelName: string;
  modelVersion: string;
  id: string | undefined;
  outputs: { tensor: OutputTensor; binary: boolean }[];
}

export interface WrittenResponse {
  body: Buffer;
  headers: Record<string, string>;
}

/** An `$inference_response`; tensors that are wanted in binary follow the JSON, in the order of the outputs. */
export function writeResponse({ modelName, modelVersion, id, outputs }: InferResponse): WrittenResponse {
  const tail: Buffer[] = [];
  const described = outputs.map(({ tensor: { name, datatype, shape, data }, binary }) => {
    if (!binary) return { name, datatype, shape, data };
    const bytes = toBytes(datatype, data);
    tail.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } };
  });
  const response = {
    model_name: modelName,
    model_version: modelVersion,
    ...(id !== undefined && { id }),
    outputs: described,
  };
  const json = Buffer.from(JSON.stringify(response));
  if (!outputs.some(({ binary }) => binary)) return { body: json, headers: { 'Content-Type': 'application/json' } };
  return {
    body: Buffer.concat([json, ...tail]),
    headers: { 'Content-Type': 'application/octet-stream', 'Inference-Header-Content-Length': String(json.length) },
  };
}

function toBytes(datatype: OutputTensor['datatype'], data: readonly (number | string)[]): Buffer {
  switch (datatype) {
    case 'FP32':
      return Buffer.from(Float32Array.from(data as number[]).buffer);
    case 'INT32':
      return Buffer.from(Int32Array.from(data as number[]).buffer);
    case 'BYTES':
      return Buffer.concat(data.map(element => withLength(Buffer.from(String(element)))));
  }
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
