import type { Size } from '../../detector/contract.ts';
import { ServiceError } from '../../errors.ts';
import { decodeBase64 } from '../decode-base64.ts';
import { PICTURE_INPUT } from './model-tensors.ts';
import { type InferInput, MAX_ELEMENTS } from './read-request.ts';

/** One picture of a request: encoded, or network input of that size. */
export interface GivenPicture {
  bytes: Buffer;
  tensor?: Size;
}

const FLOAT_BYTES = 4;

/**
 * The pictures of an input, at most `maxPictures`: BYTES named `image`, or FP32 named like the graph's own tensor.
 * Throws `invalid_request`.
 */
export function readPictures(input: InferInput, graphTensor: string, maxPictures: number): GivenPicture[] {
  const { name, datatype, shape } = input;
  if (name === PICTURE_INPUT && datatype === 'BYTES') return readEncoded(input, count(shape, maxPictures));
  if (name === graphTensor && datatype === 'FP32') return readTensors(input, count(shape.slice(0, 1), maxPictures));
  const shown = `"${name.slice(0, 40)}" of ${datatype.slice(0, 20)}`;
  throw invalid(`The inputs are "${PICTURE_INPUT}" of BYTES and "${graphTensor}" of FP32, not ${shown}.`);
}

/** Elements of a tensor of pictures: [n], or [n, 1] as batching clients have it. */
function count(shape: readonly number[], maxPictures: number): number {
  const pictures = shape.length === 0 ? 0 : shape.reduce((product, size) => product * size, 1);
  if (pictures >= 1 && pictures <= maxPictures) return pictures;
  throw invalid(`The shape [${shape.join(', ')}] is of ${pictures} pictures; expected 1 to ${maxPictures}.`);
}

function readEncoded({ data }: InferInput, pictures: number): GivenPicture[] {
  const elements = data.in === 'json' ? fromJson(data.values, pictures) : fromBinary(data, pictures);
  checkCount(elements, pictures);
  const empty = elements.findIndex(({ length }) => length === 0);
  if (empty >= 0) throw invalid(`Picture ${empty} is empty.`);
  return elements.map(bytes => ({ bytes }));
}

/** Counted before any is decoded: a body has room for millions of the shortest. */
function fromJson(values: unknown[], pictures: number): Buffer[] {
  const elements: unknown[] = [];
  const take = (element: unknown) => {
    if (elements.length <= pictures) elements.push(element);
  };
  const found = visit(values, 2, take);
  if (found !== pictures) throw wrongCount(pictures, found);
  return elements.map(fromBase64);
}

function checkCount({ length }: ArrayLike<unknown>, pictures: number): void {
  if (length !== pictures) throw wrongCount(pictures, length);
}

function wrongCount(pictures: number, found: number): ServiceError {
  return invalid(`The shape is of ${pictures} pictures, the data of ${found}.`);
}

/** JSON has no bytes: pictures are base64 in it, as every client sends them. */
function fromBase64(element: unknown, index: number): Buffer {
  const bytes = typeof element === 'string' ? decodeBase64(element) : undefined;
  if (bytes !== undefined) return bytes;
  throw invalid(`Picture ${index} is not a base64 string (standard alphabet, no line breaks).`);
}

/** Each element behind its length in four bytes, little endian. */
function fromBinary({ in: place, bytes }: { in: 'binary' | 'body'; bytes: Buffer }, pictures: number): Buffer[] {
  if (place === 'body') return [bytes];
  const elements: Buffer[] = [];
  let at = 0;
  while (at < bytes.length && elements.length <= pictures) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    const end = at + 4 + length;
    if (end > bytes.length) throw invalid(`Picture ${elements.length} ends behind the end of the binary data.`);
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return elements;
}

function readTensors({ data, shape }: InferInput, pictures: number): GivenPicture[] {
  const [, channels = 0, height = 0, width = 0] = shape;
  if (shape.length !== 4 || channels !== 3 || height < 1 || width < 1) {
    throw invalid(`The shape [${shape.join(', ')}] is not [pictures, 3, height, width].`);
  }
  const values = 3 * height * width;
  const size = values * FLOAT_BYTES;
  const bytes = data.in === 'json' ? fromNumbers(data.values, pictures * values) : data.bytes;
  if (bytes.length !== pictures * size) {
    throw invalid(`The shape is of ${pictures * size} bytes, the data of ${bytes.length}.`);
  }
  return Array.from({ length: pictures }, (_, i) => {
    return { bytes: bytes.subarray(i * size, (i + 1) * size), tensor: { width, height } };
  });
}

/** Flat or nested, as the protocol allows; little endian, which is what every machine here is. */
function fromNumbers(values: unknown[], expected: number): Buffer {
  // A shape may say anything: there are no more values than were counted in the text.
  const numbers = new Float32Array(Math.min(expected, MAX_ELEMENTS + 1));
  let at = 0;
  let wrong: number | undefined;
  const found = visit(values, Array.isArray(values[0]) ? 3 : 0, value => {
    if (typeof value === 'number')
      numbers[at] = value; // does nothing behind the end
    else wrong ??= at;
    at += 1;
  });
  if (found !== expected) throw invalid(`The shape is of ${expected} values, the data of ${found}.`);
  if (wrong !== undefined) throw invalid(`Value ${wrong} of the data is not a number.`);
  return Buffer.from(numbers.buffer);
}

/**
 * Calls back with each value of a list, and of the lists in it down to `depth`, as `flat` has them; that takes ten times as long for millions.
 *
 * @returns how many there were
 */
function visit(values: readonly unknown[], depth: number, each: (value: unknown) => void): number {
  let found = 0;
  for (const value of values) {
    if (depth > 0 && Array.isArray(value)) {
      found += visit(value, depth - 1, each);
      continue;
    }
    each(value);
    found += 1;
  }
  return found;
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', message);
}
