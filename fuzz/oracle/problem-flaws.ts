import type { WireAnswer } from '../read-answer.ts';
import { isKnownDetail } from './known-details.ts';

const STATUS: Record<string, number> = {
  ...{ invalid_request: 400, unauthorized: 401, not_found: 404, method_not_allowed: 405, request_timeout: 408 },
  ...{ payload_too_large: 413, unsupported_media_type: 415, unprocessable_image: 422, overloaded: 429 },
  ...{ internal: 500, unavailable: 503, deadline_exceeded: 504 },
};
const FIELDS = 'code,detail,request_id,status,title,type';

/** What is wrong with an answer that says what is wrong: it must be a problem of the contract, in a sentence of ours. */
export function problemFlaws({ status, headers, body }: WireAnswer): string[] {
  if (body.length === 0 && headers['content-length'] !== '0') return []; // to HEAD
  let problem: Record<string, unknown>;
  try {
    problem = JSON.parse(body.toString());
  } catch {
    return [`status ${status} without a problem: ${JSON.stringify(body.toString().slice(0, 200))}`];
  }
  const flaws: string[] = [];
  if (Object.keys(problem).sort().join() !== FIELDS) flaws.push(`a problem with the fields ${Object.keys(problem)}`);
  if (!headers['content-type']?.startsWith('application/problem+json'))
    flaws.push(`a problem as ${headers['content-type']}`);
  if (problem.status !== status || STATUS[String(problem.code)] !== status)
    flaws.push(`${problem.code} with status ${status}`);
  if (problem.request_id !== headers['x-request-id']) flaws.push('two request ids in one answer');
  if (!isKnownDetail(String(problem.detail))) flaws.push(`a sentence that is not ours: ${problem.detail}`);
  return flaws;
}
