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
  const problem = asProblem(text, response.status) ?? foreignProblem(response, text);
  return new ProblemError(problem, retryAfterS);
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

/**
 * Of an answer that the service did not give, whatever its status.
 *
 * @param text its body
 */
export function foreignProblem(response: Response, text: string): Problem {
  const { status, statusText, headers } = response;
  return {
    type: 'about:blank',
    title: statusText || (response.type === 'opaqueredirect' ? 'Redirect' : String(status)),
    status,
    detail: foreignDetail(response, text),
    code: CODES[status] ?? (status < 400 ? 'unavailable' : status >= 500 ? 'internal' : 'invalid_request'),
    request_id: headers.get('x-request-id') ?? '',
  };
}

/** Browsers do not say where a redirect leads, and give it the status 0. */
function foreignDetail({ status, type, headers }: Response, text: string): string {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const target = headers.get('location');
    return `The address redirects${target === null ? '' : ` to ${target}`}, which is not followed: the key would go along.`;
  }
  return `The answer ${status} is not one of gfl-serve's: ${text.slice(0, 200) || 'it is empty'}`;
}
