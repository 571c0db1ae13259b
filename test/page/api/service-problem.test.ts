import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEMS } from '../../../src/http/problem.ts';
import { adviceFor } from '../../../src/page/api/advice.ts';
import { readProblem } from '../../../src/page/api/service-problem.ts';

test('problem+json is read whole', () => {
  const body = JSON.stringify({ title: 'Overloaded', detail: 'Too many.', code: 'overloaded', request_id: 'r1' });
  const problem = readProblem(429, body, '2');
  const { code, title, status, requestId, retryAfterS, message } = problem;
  assert.deepEqual(
    [code, title, status, requestId, retryAfterS, message],
    [...['overloaded', 'Overloaded', 429, 'r1', 2], 'Too many.'],
  );
});

const OTHERS: [name: string, body: string][] = [
  ['a page of a proxy', '<html>502 Bad Gateway</html>'],
  ['nothing', ''],
  ['JSON of another kind', '{"error": "no"}'],
  ['a text', '"no"'],
  ['null', 'null'],
];

for (const [name, body] of OTHERS) {
  test(`${name} in place of a problem is said to be none of the service`, () => {
    const problem = readProblem(502, body, null);
    assert.deepEqual([problem.code, problem.retryAfterS], ['unexpected_answer', undefined]);
    assert.match(problem.message, /HTTP 502/);
  });
}

test('there is advice for every problem that a picture can meet', () => {
  const notMet = ['not_found', 'method_not_allowed'];
  for (const code of Object.keys(PROBLEMS).filter(one => !notMet.includes(one))) {
    const problem = readProblem(400, JSON.stringify({ detail: 'd', code }), null);
    assert.notEqual(adviceFor(problem), '', code);
  }
});
