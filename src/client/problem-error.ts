import type { BatchResult, Problem, ProblemCode } from './contract-types.ts';

/** The service refused a request, or failed at it. `message` is the problem's `detail`, a sentence. */
export class ProblemError extends Error {
  /** The whole problem as it came. */
  readonly problem: Problem;
  /** Of the HTTP answer. */
  readonly status: number;
  /** The stable name to program against. */
  readonly code: ProblemCode;
  /** Names the request in the service's log. */
  readonly requestId: string;
  /** Seconds after which the service expects to take it, where it said so. */
  readonly retryAfterS: number | undefined;

  /**
   * Made by the client, of what the service answered.
   *
   * @param retryAfterS from the header `Retry-After`
   */
  constructor(problem: Problem, retryAfterS?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.request_id;
    this.retryAfterS = retryAfterS;
  }
}

/** Whether a picture of a batch was refused. */
export function isProblem(result: BatchResult): result is Problem {
  return 'code' in result;
}
