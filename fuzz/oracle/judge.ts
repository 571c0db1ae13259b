import type { NumberedCase } from '../cases/make-case.ts';
import type { WireAnswer } from '../read-answer.ts';
import type { Exchange } from '../wire.ts';
import { answerFlaws } from './answer-flaws.ts';
import { dialectProblemFlaws, dialectSuccessFlaws, isDialect } from './dialect-flaws.ts';
import { type KnownAnswer, knownFlaws } from './known-flaws.ts';
import { optionFlaw } from './option-flaw.ts';
import { pathFlaws } from './path-flaws.ts';
import { problemFlaws } from './problem-flaws.ts';
import type { RequestReading } from './read-request.ts';
import { readResults } from './read-results.ts';
import { wantedOf } from './wanted.ts';
import { readWhole } from './whole-picture.ts';

export interface Rules {
  /** No answer may take longer, from the last byte sent. */
  latestMs: number;
  /** What has neither an answer nor a close so much later hangs. */
  hungMs: number;
  labels: readonly string[];
  models: readonly string[];
}

/** Every sentence that says what was wrong about an answer; none when all was right. */
export function judge(
  one: NumberedCase,
  reading: RequestReading,
  exchange: Exchange,
  rules: Rules,
  known: readonly KnownAnswer[],
): string[] {
  const { answer, closed, ms } = exchange;
  if (answer === undefined) {
    if (!closed) return [`no answer and no close within ${Math.round(ms)} ms`];
    // Half a request may be dropped without a word, and so may what is none; a whole one must be answered.
    const isWhole = reading.kind !== 'incomplete' && reading.kind !== 'no http';
    return isWhole ? [`a whole request was dropped without an answer${whyOf(reading)}`] : [];
  }
  const flaws: string[] = [];
  if (ms > rules.latestMs) flaws.push(`the answer came after ${Math.round(ms)} ms`);
  if (answer.status >= 500) flaws.push(`status ${answer.status}: ${answer.body}`);
  if (answer.status === 429) flaws.push('429, although the load is below the capacity');
  const must = mustSucceed(one, reading, rules, known);
  if (must && answer.status !== 200) flaws.push(`status ${answer.status} for an untouched picture: ${answer.body}`);
  if (answer.status >= 400) flaws.push(...refusalFlaws(reading, answer));
  else flaws.push(...successFlaws(one, reading, answer, rules, known));
  return [...flaws, ...headerFlaws(one, answer)];
}

function refusalFlaws(reading: RequestReading, answer: WireAnswer): string[] {
  const inDialect = reading.kind === 'elsewhere' && isDialect(reading.target);
  return inDialect ? dialectProblemFlaws(reading.target, answer) : problemFlaws(answer);
}

function successFlaws(
  one: NumberedCase,
  reading: RequestReading,
  answer: WireAnswer,
  rules: Rules,
  known: readonly KnownAnswer[],
): string[] {
  if (reading.kind === 'elsewhere' && isDialect(reading.target) && answer.status === 200)
    return one.cut ? ['a request cut short was answered with 200'] : dialectSuccessFlaws(reading, answer, rules.labels);
  if (reading.kind === 'elsewhere') return answer.status === 200 ? pathFlaws(reading.target) : [];
  if (one.cut && reading.kind !== 'pictures') return [`a request cut short was answered with ${answer.status}`];
  if (reading.kind !== 'pictures') return [`${answer.status} for a request that must fail${whyOf(reading)}`];
  const flaw = optionFlaw(reading.options, rules);
  if (flaw !== undefined) return [`200 although ${flaw}`];
  const results = answer.status === 200 ? readResults(answer, reading.batch) : undefined;
  if (results === undefined) return [`${answer.status} without results`];
  if (results.length !== reading.pictures.length)
    return [`${results.length} results for ${reading.pictures.length} pictures`];
  const wanted = wantedOf(reading.options, rules);
  const must = mustSucceed(one, reading, rules, known);
  return results.flatMap((result, index) => {
    const picture = readWhole(reading.pictures[index]!);
    if ('detail' in result && reading.batch)
      return must ? [`a problem for an untouched picture: ${result.detail}`] : [];
    if ('detail' in result) return ['a problem with status 200'];
    if (one.cut && !reading.batch) return ['a picture cut short was answered with detections'];
    if ('flaw' in picture) return [`detections although ${picture.flaw}`];
    return [
      ...answerFlaws(result, picture, wanted, rules.labels),
      ...knownFlaws(result, reading.pictures[index]!, reading.options, wanted, known),
    ];
  });
}

/** Whole seeds with options that are ones, in a request that nobody changed. */
function mustSucceed(
  { untouched }: NumberedCase,
  reading: RequestReading,
  rules: Rules,
  known: readonly KnownAnswer[],
): boolean {
  if (untouched === true && reading.kind === 'elsewhere') return true;
  if (untouched !== true || reading.kind !== 'pictures') return false;
  const isKnown = (picture: Buffer) => known.some(({ bytes }) => bytes.equals(picture));
  return optionFlaw(reading.options, rules) === undefined && reading.pictures.every(isKnown);
}

function whyOf(reading: RequestReading): string {
  return 'why' in reading ? `: ${reading.why}` : '';
}

const REQUIRED: Record<string, string | RegExp> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': /./,
};

function headerFlaws(one: NumberedCase, { headers, status }: WireAnswer): string[] {
  const flaws = Object.entries(REQUIRED)
    .filter(([name, wanted]) =>
      typeof wanted === 'string' ? headers[name] !== wanted : !wanted.test(headers[name] ?? ''),
    )
    .map(([name]) => `the header ${name} is ${headers[name]}`);
  for (const name of ['server', 'x-powered-by']) if (name in headers) flaws.push(`a ${name} header`);
  if (headers['x-request-id'] === undefined) flaws.push('no X-Request-Id');
  // A head that did not parse has no id to give back.
  if (status === 200 && one.kind !== 'head' && headers['x-request-id'] !== one.requestId) {
    flaws.push(`the answer of ${headers['x-request-id']}`);
  }
  return flaws;
}
