import type { ErrorCode } from '../errors.ts';
import { type TSchema, Type } from '../vendor/typebox.ts';
import { ANSWER_TYPES, annotatedFormat } from './answer-type.ts';
import { PROBLEM_TYPE, PROBLEMS } from './problem.ts';
import { ANSWER_ID, type DetectionAnswer, PROBLEM_ID } from './schemas.ts';

const WHEN: Record<ErrorCode, string> = {
  invalid_request:
    'No picture or too many, malformed multipart or JSON, an unknown option or a bad value; at `/detect` an `Accept` that nothing there fits.',
  unauthorized: 'API keys are configured, and the request has none or a wrong one.',
  not_found: 'Unknown path or model.',
  method_not_allowed: 'Known path, wrong method; `Allow` lists the right ones.',
  request_timeout: 'The request did not arrive in time.',
  payload_too_large: 'More bytes than are accepted.',
  unsupported_media_type: 'Bytes of no accepted picture format, or a body with a Content-Encoding.',
  unprocessable_image:
    'The picture does not decode, has too many pixels, scans or other pieces, or engines have died of it.',
  overloaded: 'Too many pictures are waiting.',
  internal: 'A bug; its text stays in the log.',
  unavailable:
    'Starting, shutting down, no engine alive, or the one that had the picture died or got too little memory for it; send it again.',
  deadline_exceeded: 'Not answered within the deadline.',
};

const header = (type: string, description: string) => ({ type, description });
const REQUEST_ID = { 'X-Request-Id': header('string', 'Names this request in the log.') };
const RETRY_AFTER = { 'Retry-After': header('integer', 'Seconds.') };
export const SERVER_TIMING = { 'Server-Timing': header('string', 'Milliseconds in each stage, and in total.') };
export const TOTAL_TIMING = { 'Server-Timing': header('string', 'Milliseconds in total.') };

export const AnswerRef = Type.Unsafe<DetectionAnswer>({ $ref: `${ANSWER_ID}#` });
export const ProblemRef = Type.Unsafe<unknown>({ $ref: `${PROBLEM_ID}#` });

/** The problem responses of a route, one for each code. */
export function problems(...codes: ErrorCode[]) {
  const responses = codes.map(code => {
    const headers = code === 'overloaded' || code === 'unavailable' ? { ...REQUEST_ID, ...RETRY_AFTER } : REQUEST_ID;
    const content = { [PROBLEM_TYPE]: { schema: ProblemRef } };
    return [PROBLEMS[code].status, { description: `\`${code}\`: ${WHEN[code]}`, headers, content }] as const;
  });
  return Object.fromEntries(responses);
}

export function success(
  description: string,
  schema: TSchema,
  type = 'application/json',
  headers = {},
  example?: unknown,
) {
  const media = example === undefined ? { schema } : { schema, example };
  return { 200: { description, headers: { ...REQUEST_ID, ...headers }, content: { [type]: media } } };
}

/** The same success, which may also come as an annotated picture. */
export function annotatedToo(answer: ReturnType<typeof success>) {
  const picture = { schema: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }) };
  const pictures = ANSWER_TYPES.filter(type => annotatedFormat(type) !== undefined).map(type => [type, picture]);
  return { 200: { ...answer[200], content: { ...answer[200].content, ...Object.fromEntries(pictures) } } };
}
