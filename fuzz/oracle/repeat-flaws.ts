import { lastingPart } from '../../bench/lasting-part.ts';
import { httpRequest } from '../cases/http-request.ts';
import type { NumberedCase } from '../cases/make-case.ts';
import type { WireAnswer } from '../read-answer.ts';
import type { openWire } from '../wire.ts';
import type { RequestReading } from './read-request.ts';
import { readResults } from './read-results.ts';

/** One of so many successes of a raw body is asked for again; what came in a form or in JSON always is. */
const REPEATED = 8;
const MAX_QUERY = 8000;

/**
 * The picture that the second reader found, sent again as a raw body: the answer must be the same. A form taken apart
 * wrongly, or a picture mixed up with another's, shows here.
 */
export async function repeatFlaws(
  wire: ReturnType<typeof openWire>,
  one: NumberedCase,
  reading: RequestReading & { kind: 'pictures' },
  answer: WireAnswer,
  timeoutMs: number,
): Promise<string[]> {
  const framed = one.kind === 'form' || one.kind === 'json';
  if (!framed && one.index % REPEATED !== 0) return [];
  const results = readResults(answer, reading.batch) ?? [];
  const query = new URLSearchParams();
  for (const { name, value } of reading.options) {
    // An empty object of thresholds has no text.
    if (asText(value) !== '') query.append(name, asText(value));
  }
  // Longer than it came, in a query: no head may be.
  if (query.size > 0 && query.toString().length > MAX_QUERY) return [];
  const flaws: string[] = [];
  for (const [index, result] of results.entries()) {
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Request-Id': `${one.requestId}-again` };
    const request = httpRequest(`/detect?${query}`, headers, reading.pictures[index]!);
    const { answer: again } = await wire.ask(request, { halfClose: false, keep: true, timeoutMs });
    if (again === undefined) {
      flaws.push('the same picture again had no answer');
      continue;
    }
    const [given] = readResults(again, false) ?? [{}];
    if (lastingPart(given!) === lastingPart(result)) continue;
    flaws.push(
      `the same picture again gave ${again.body.toString().slice(0, 300)} and not ${JSON.stringify(result).slice(0, 300)}`,
    );
  }
  return flaws;
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(pair => pair.join(':'))
    .join(',');
}
