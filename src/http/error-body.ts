import { PROBLEM_TYPE, type Problem } from './problem.ts';
import { targetPath } from './target-path.ts';

interface ErrorBody {
  type: string;
  text: string;
}

/** Below these paths the service speaks another protocol, and its errors too: their clients read no problem+json. */
const DIALECTS: [path: RegExp, body: (problem: Problem) => object][] = [
  // Open Inference Protocol: `$inference_error_response` and its siblings.
  [/^\/v2(\/|$)/, ({ detail }) => ({ error: detail })],
  // DeepStack and CodeProject.AI. Both give `success` and `error`; some clients also look for the status in `code`.
  [/^\/v1\/vision\//, ({ detail, status }) => ({ success: false, error: detail, code: status, duration: 0 })],
];

/** How the client of `url` is told of a problem. */
export function errorBody(url: string, problem: Problem): ErrorBody {
  const target = targetPath(url);
  const dialect = DIALECTS.find(([path]) => path.test(target));
  if (dialect === undefined) return { type: PROBLEM_TYPE, text: JSON.stringify(problem) };
  // Without a charset: KServe's client compares the whole header.
  return { type: 'application/json', text: JSON.stringify(dialect[1](problem)) };
}
