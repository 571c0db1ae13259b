import { type ErrorCode, ServiceError } from '../errors.ts';

/** Every code of the contract with its status: a code without a row does not compile. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'Invalid request' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'Request timeout' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  unprocessable_image: { status: 422, title: 'Unprocessable image' },
  overloaded: { status: 429, title: 'Overloaded' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
  deadline_exceeded: { status: 504, title: 'Deadline exceeded' },
} as const satisfies Record<ErrorCode, { status: number; title: string }>;

/** RFC 9457. `code` is the stable name to program against; `detail` is a sentence for a person. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function toProblem(error: ServiceError, requestId: string): Problem {
  const { status, title } = PROBLEMS[error.code];
  // The text of a bug may hold anything: paths, library messages, pieces of a request.
  const detail =
    error.code === 'internal' ? 'The service failed at this request. It is a bug on our side.' : error.message;
  return {
    type: `urn:problem-type:gfl-serve:${error.code}`,
    title,
    status,
    detail,
    code: error.code,
    request_id: requestId,
  };
}

export function nothingHere(): ServiceError {
  return new ServiceError(
    'not_found',
    'There is nothing at this path; pictures go to POST /detect, and /docs shows what else there is.',
  );
}

/** By Fastify's own codes. */
const REFUSALS: Record<string, string> = {
  FST_ERR_BAD_URL: 'The path of the request is not a valid URL path.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The Content-Type header is not a media type such as image/jpeg.',
};

/** Anything thrown on the way to an answer, as one of our codes: what is not known to be the caller's doing is a bug. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code = '', statusCode = 500 } = (error ?? {}) as { code?: string; statusCode?: number };
  // What Fastify and its plugins refuse, in our words: theirs change with versions and may name files. The log gets their code alone: their
  // text may hold the whole target of the request, with a key in its query.
  if (statusCode === 403 || statusCode === 404) return nothingHere();
  if (statusCode >= 400 && statusCode < 500) {
    return new ServiceError('invalid_request', REFUSALS[code] ?? 'The request is not valid.', { cause: code });
  }
  return new ServiceError('internal', 'This is a bug.', { cause: error });
}
