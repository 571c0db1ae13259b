import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../../errors.ts';
import { type HoldMore, JsonTooLarge, parseJson } from '../parse-json.ts';
import { quote } from '../quote.ts';
import { PICTURE_INPUT } from './model-tensors.ts';

/** Where the values of an input are: in the JSON, behind it, or (Triton's raw binary request) all there is. */
export type InputData =
  | { in: 'json'; values: unknown[] }
  | { in: 'binary'; bytes: Buffer }
  | { in: 'body'; bytes: Buffer };

export interface InferInput {
  name: string;
  shape: number[];
  datatype: string;
  data: InputData;
}

export interface InferRequest {
  id: string | undefined;
  input: InferInput;
  /** Undefined: all of them. */
  outputs: { name: string; binary: boolean | undefined }[] | undefined;
  /** For outputs that do not say it themselves. */
  binaryOutputs: boolean;
  parameters: Record<string, unknown>;
}

type Fields = Record<string, unknown>;

/** Of the JSON: four network inputs of 416x416 as numbers; as rows of rows they have 5,000 arrays. */
export const MAX_ELEMENTS = 2_500_000;
/** More than 1,024 pictures and a threshold of every class. */
const MAX_STRINGS = 25_000;
const JSON_LIMITS = { containers: 50_000, elements: MAX_ELEMENTS, strings: MAX_STRINGS };

/**
 * An `$inference_request` with one input, its binary tensor data extension included. What follows from the model is checked
 * later. Throws `invalid_request`, and what `hold` throws, which is told of what the JSON takes beside the body.
 */
export function readInferRequest(body: Buffer | undefined, headers: IncomingHttpHeaders, hold: HoldMore): InferRequest {
  if (body === undefined || body.length === 0) throw invalid('The body is empty; send an inference request.');
  const jsonBytes = headerLength(headers['inference-header-content-length'], body.length);
  if (jsonBytes === 0) {
    const input: InferInput = { name: PICTURE_INPUT, datatype: 'BYTES', shape: [1], data: { in: 'body', bytes: body } };
    return { id: undefined, input, outputs: undefined, binaryOutputs: false, parameters: {} };
  }
  const request = fields(parse(body.subarray(0, jsonBytes), hold), 'The inference request');
  const { id, inputs, outputs } = request;
  if (id !== undefined && typeof id !== 'string') throw invalid('The "id" of the request is not a string.');
  if (!Array.isArray(inputs) || inputs.length !== 1) {
    throw invalid('The request needs "inputs" with exactly one input: pictures, or the network input.');
  }
  const parameters = fields(request.parameters ?? {}, '"parameters"');
  return {
    id,
    input: readInput(fields(inputs[0], 'The input'), body.subarray(jsonBytes)),
    outputs: outputs === undefined ? undefined : readOutputs(outputs),
    binaryOutputs: flag(parameters.binary_data_output, 'binary_data_output') ?? false,
    parameters,
  };
}

function readInput(input: Fields, rest: Buffer): InferInput {
  const { name, shape, datatype, data } = input;
  if (typeof name !== 'string' || typeof datatype !== 'string') throw invalid('The input needs "name" and "datatype".');
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) >= 0;
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize)) {
    throw invalid('The "shape" of the input is not a list of sizes.');
  }
  const bytes = fields(input.parameters ?? {}, 'The "parameters" of the input').binary_data_size;
  if (bytes === undefined) {
    if (rest.length > 0) throw invalid(`${rest.length} bytes follow the JSON, and no input has a "binary_data_size".`);
    if (!Array.isArray(data))
      throw invalid('The input needs "data", or a "binary_data_size" and its bytes behind the JSON.');
    return { name, shape, datatype, data: { in: 'json', values: data } };
  }
  if (data !== undefined) throw invalid('The input has "data" and "binary_data_size"; send one of them.');
  if (bytes !== rest.length) {
    throw invalid(`"binary_data_size" is ${quote(bytes)}, but ${rest.length} bytes follow the JSON.`);
  }
  return { name, shape, datatype, data: { in: 'binary', bytes: rest } };
}

function readOutputs(outputs: unknown): { name: string; binary: boolean | undefined }[] {
  if (!Array.isArray(outputs)) throw invalid('The "outputs" of the request are not a list.');
  const names = new Set<string>();
  return outputs.map(output => {
    const { name, parameters } = fields(output, 'An output');
    if (typeof name !== 'string') throw invalid('An output of the request has no "name".');
    // Each would be sent: a small request could ask for an answer of any size.
    if (names.has(name)) throw invalid(`The output ${quote(name)} is asked for twice.`);
    names.add(name);
    const { binary_data, classification } = fields(parameters ?? {}, 'The "parameters" of an output');
    if (classification !== undefined) throw invalid('The classification extension is not supported here.');
    return { name, binary: flag(binary_data, 'binary_data') };
  });
}

/** Bytes of the body that are JSON: all of them without the header. */
function headerLength(header: string | string[] | undefined, bodyBytes: number): number {
  if (header === undefined) return bodyBytes;
  const length = Number(header);
  if (/^\d+$/.test(String(header)) && length <= bodyBytes) return length;
  throw invalid(`Inference-Header-Content-Length has to be a number of bytes within the body, which has ${bodyBytes}.`);
}

function parse(bytes: Buffer, hold: HoldMore): unknown {
  try {
    return parseJson(bytes, JSON_LIMITS, hold);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (error instanceof JsonTooLarge)
      throw invalid(`The JSON has ${error.message}; send large tensors as binary data.`);
    throw invalid(
      'The body is not JSON. With binary tensors, Inference-Header-Content-Length says where the JSON ends.',
    );
  }
}

function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(`${what} has to be a JSON object.`);
}

function flag(value: unknown, name: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(`"${name}" has to be true or false.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', message);
}
