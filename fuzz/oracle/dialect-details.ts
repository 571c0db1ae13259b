import { isKnownDetail, QUOTED, VALUE } from './known-details.ts';

/** What the clients of the Open Inference Protocol and of DeepStack can be told beside what all are told. */
const SENTENCES: readonly string[] = [
  'The body is empty; send an inference request\\.',
  'The body is not JSON\\. With binary tensors, Inference-Header-Content-Length says where the JSON ends\\.',
  'The JSON has more than \\d+ (?:arrays, objects and keys|elements|strings); send large tensors as binary data\\.',
  'Inference-Header-Content-Length has to be a number of bytes within the body, which has \\d+\\.',
  '(?:The inference request|"parameters"|The input|The "parameters" of the input|An output|The "parameters" of an output) has to be a JSON object\\.',
  'The "id" of the request is not a string\\.',
  'The request needs "inputs" with exactly one input: pictures, or the network input\\.',
  'The input needs "name" and "datatype"\\.',
  'The "shape" of the input is not a list of sizes\\.',
  '\\d+ bytes follow the JSON, and no input has a "binary_data_size"\\.',
  'The input needs "data", or a "binary_data_size" and its bytes behind the JSON\\.',
  'The input has "data" and "binary_data_size"; send one of them\\.',
  `"binary_data_size" is ${VALUE}, but \\d+ bytes follow the JSON\\.`,
  'The "outputs" of the request are not a list\\.',
  'An output of the request has no "name"\\.',
  `The output ${QUOTED} is asked for twice\\.`,
  `There is no output ${QUOTED}; there are [a-z_, ]+\\.`,
  'The classification extension is not supported here\\.',
  '"binary_data(?:_output)?" has to be true or false\\.',
  'The inputs are "image" of BYTES and "input" of FP32, not ".{0,40}" of .{0,20}\\.',
  'The shape \\[[\\d, ]*\\] is (?:of \\d+ pictures; expected 1 to \\d+|not \\[pictures, 3, height, width\\])\\.',
  'The shape is of \\d+ (?:pictures|bytes|values), the data of \\d+\\.',
  'Picture \\d+ is empty\\.',
  'Picture \\d+ is not a base64 string \\(standard alphabet, no line breaks\\)\\.',
  'Picture \\d+ ends behind the end of the binary data\\.',
  'Value \\d+ of the data is not a number\\.',
  `tiny is here in version 1, not ${QUOTED}\\.`,
  `min_confidence is ${QUOTED}; expected a number from 0 to 1\\.`,
  'No valid image file found: send multipart/form-data with a part "image"\\.',
];

const KNOWN = SENTENCES.map(sentence => new RegExp(`^${sentence}$`, 's'));
/** Of several pictures the protocol knows one answer: which of them is named in front. */
const OF_PICTURE = /^Picture \d+: /;

export function isKnownDialectDetail(detail: string): boolean {
  return KNOWN.some(sentence => sentence.test(detail)) || isKnownDetail(detail.replace(OF_PICTURE, ''));
}
