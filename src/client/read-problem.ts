import type { Problem, ProblemCode } from './contract-types.ts';
import { ProblemError } from './problem-error.ts';

/** What a status means when a proxy, not the service, gave it. */
const CODES: Record<number, ProblemCode> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable_image',
  429: 'overloaded',
  502: 'unavailable',
  503: 'unavailable',
  504: 'deadline_exceeded',
};

/** The error of an answer that is not 2xx. A proxy's own answer becomes a problem with the code that its status means. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const retryAfterS = readRetryAfter(response.headers.get('retry-after'));
  const text = await response.text().catch(() => '');
  const { status } = response;
  return new ProblemError(asProblem(text, status) ?? foreignProblem(response, text, status), retryAfterS);
}

/** Seconds, or an HTTP date. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** The status is that of the answer: whoever is in between may have changed it, and it is what repetitions go by. */
function asProblem(text: string, status: number): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    const complete = typeof value?.code === 'string' && typeof value.detail === 'string';
    return complete ? ({ ...value, status } as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function foreignProblem({ statusText, headers }: Response, text: string, status: number): Problem {
  const code = CODES[status] ?? (status >= 500 ? 'internal' : 'invalid_request');
  return {
    type: 'about:blank',
    title: statusText || String(status),
    status,
    detail: `The answer ${status} is not one of gfl-serve's: ${text.slice(0, 200) || 'it is empty'}`,
    code,
    request_id: headers.get('x-request-id') ?? '',
  };
}
