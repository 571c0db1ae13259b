import type { WireAnswer } from '../read-answer.ts';
import { isKnownDialectDetail } from './dialect-details.ts';
import { readForm } from './read-form.ts';
import { readWhole } from './whole-picture.ts';

/** A request to a path of another protocol, as a second reader has it. */
export interface DialectRequest {
  target: string;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

type Fields = Record<string, unknown>;

const VISION = /^\/v1\/vision\/(detection|custom\/[^/]*)$/;
const INFER = /^\/v2\/models\/[^/]+\/(versions\/[^/]+\/)?infer$/;
/** Confidences have five decimals, boxes whole pixels in the one protocol and two decimals in the other. */
const ROUNDED = 1e-5;

export function isDialect(target: string): boolean {
  return VISION.test(target) || INFER.test(target);
}

/** What is wrong with a refusal: it must have the fields of its protocol, and a sentence of ours. */
export function dialectProblemFlaws(target: string, { status, headers, body }: WireAnswer): string[] {
  const problem = readObject(body);
  if (problem === undefined) return [`status ${status} without an object: ${body.toString('latin1', 0, 200)}`];
  const wanted = VISION.test(target) ? 'code,duration,error,success' : 'error';
  const flaws: string[] = [];
  if (Object.keys(problem).sort().join() !== wanted) flaws.push(`a problem with the fields ${Object.keys(problem)}`);
  if (headers['content-type'] !== 'application/json') flaws.push(`a problem as ${headers['content-type']}`);
  if ('code' in problem && problem.code !== status) flaws.push(`code ${problem.code} with status ${status}`);
  if (!isKnownDialectDetail(String(problem.error))) flaws.push(`a sentence that is not ours: ${problem.error}`);
  return flaws;
}

/** What is wrong with a success: its pictures must be whole for a reader of its own, its numbers in them. */
export function dialectSuccessFlaws(request: DialectRequest, answer: WireAnswer, labels: readonly string[]): string[] {
  return VISION.test(request.target) ? visionFlaws(request, answer, labels) : inferFlaws(request, answer, labels);
}

function visionFlaws({ headers, body }: DialectRequest, answer: WireAnswer, labels: readonly string[]): string[] {
  const form = readForm(body, headers.get('content-type') ?? '');
  if ('flaw' in form) return [`200 although ${form.flaw}`];
  if (form.files.length !== 1) return [`200 for ${form.files.length} pictures`];
  const picture = readWhole(form.files[0]!.bytes);
  if ('flaw' in picture) return [`detections although ${picture.flaw}`];
  const { success, predictions, count } = readObject(answer.body) ?? {};
  if (success !== true || !Array.isArray(predictions) || count !== predictions.length)
    return ['200 without predictions'];
  const longest = Math.max(picture.width, picture.height);
  return predictions.flatMap(({ label, confidence, x_min, y_min, x_max, y_max }: Fields, index) => {
    const edges = [x_min, y_min, x_max, y_max] as number[];
    const flaws: string[] = [];
    if (!labels.includes(String(label))) flaws.push(`a label ${label}`);
    if (!isShare(confidence)) flaws.push(`a confidence of ${confidence}`);
    if (index > 0 && (predictions[index - 1].confidence as number) < (confidence as number)) flaws.push('out of order');
    const inside = edges.every(edge => Number.isInteger(edge) && edge >= 0 && edge <= longest);
    if (!inside || edges[0]! > edges[2]! || edges[1]! > edges[3]!) flaws.push(`a box of ${edges}`);
    return flaws;
  });
}

function inferFlaws(request: DialectRequest, answer: WireAnswer, labels: readonly string[]): string[] {
  const pictures = inferPictures(request);
  if (typeof pictures === 'string') return [`200 although ${pictures}`];
  const sizes = pictures.map(readWhole);
  for (const size of sizes) if ('flaw' in size) return [`detections although ${size.flaw}`];
  const outputs = readOutputs(answer);
  if (outputs === undefined) return ['200 without outputs'];
  const flaws: string[] = [];
  for (const { name, shape, values } of outputs) {
    if (shape[0] !== pictures.length) flaws.push(`${name} of ${shape[0]} pictures, ${pictures.length} were sent`);
    if (shape.reduce((product, size) => product * size, 1) !== values.length)
      flaws.push(`${name} has ${values.length} values for the shape ${shape}`);
  }
  const of = (wanted: string) => outputs.find(({ name }) => name === wanted)?.values ?? [];
  if (!of('scores').every(isShare)) flaws.push(`scores ${of('scores')}`);
  if (!of('class_ids').every(id => Number.isInteger(id) && (id as number) >= -1 && (id as number) < labels.length))
    flaws.push(`class ids ${of('class_ids')}`);
  if (!of('labels').every(label => label === '' || labels.includes(String(label))))
    flaws.push(`labels ${of('labels')}`);
  const longest = Math.max(...sizes.map(size => ('flaw' in size ? 0 : Math.max(size.width, size.height))));
  if (!of('boxes').every(edge => (edge as number) >= 0 && (edge as number) <= longest))
    flaws.push(`boxes ${of('boxes')}`);
  return flaws;
}

/** The pictures of an infer request, or why it has none. */
function inferPictures({ headers, body }: DialectRequest): Buffer[] | string {
  const length = headers.get('inference-header-content-length');
  if (length === '0') return [body];
  if (length !== undefined && !(/^\d+$/.test(length) && Number(length) <= body.length)) return 'the JSON has no end';
  const json = body.subarray(0, length === undefined ? body.length : Number(length));
  const input = (readObject(json)?.inputs as Fields[] | undefined)?.[0];
  if (input === undefined) return 'the JSON has no input';
  const { data, shape, parameters } = input as { data?: unknown; shape?: number[]; parameters?: Fields };
  const wanted = shape?.reduce((product, size) => product * size, 1);
  const pictures: Buffer[] = [];
  if (Array.isArray(data)) {
    for (const text of data.flat(2)) {
      if (typeof text !== 'string' || !/^[A-Za-z\d+/]*={0,2}$/.test(text)) return 'a picture is no base64';
      pictures.push(Buffer.from(text, 'base64'));
    }
  } else {
    const rest = body.subarray(json.length);
    if (parameters?.binary_data_size !== rest.length) return 'the binary data has another length';
    for (let at = 0; at < rest.length; ) {
      if (at + 4 > rest.length || at + 4 + rest.readUInt32LE(at) > rest.length) return 'a picture ends behind the end';
      pictures.push(rest.subarray(at + 4, at + 4 + rest.readUInt32LE(at)));
      at += 4 + rest.readUInt32LE(at);
    }
  }
  return pictures.length === wanted && wanted > 0 ? pictures : `${pictures.length} pictures for the shape ${shape}`;
}

interface Output {
  name: string;
  shape: number[];
  values: unknown[];
}

const READERS: Record<string, (bytes: Buffer) => unknown[]> = {
  FP32: bytes => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)),
  INT32: bytes => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i)),
  BYTES(bytes) {
    const texts: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 4 + bytes.readUInt32LE(at);
      texts.push(bytes.toString('utf8', at + 4, end));
      at = end;
    }
    return texts;
  },
};

function readOutputs({ headers, body }: WireAnswer): Output[] | undefined {
  let at = Number(headers['inference-header-content-length'] ?? body.length);
  const outputs = readObject(body.subarray(0, at))?.outputs;
  if (!Array.isArray(outputs)) return undefined;
  return outputs.map(({ name, datatype, shape, data, parameters }) => {
    if (data !== undefined) return { name, shape, values: data };
    const bytes = body.subarray(at, at + parameters.binary_data_size);
    at += bytes.length;
    return { name, shape, values: READERS[datatype]!(bytes) };
  });
}

function readObject(bytes: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1 + ROUNDED;
}
