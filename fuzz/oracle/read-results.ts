import type { WireAnswer } from '../read-answer.ts';

export type Result = Record<string, unknown>;

/** What a success says of each picture; undefined when it says nothing. */
export function readResults({ body }: Pick<WireAnswer, 'body'>, batch: boolean): Result[] | undefined {
  try {
    const answer = JSON.parse(body.toString());
    const results: unknown = batch ? answer.results : [answer];
    const isObject = (one: unknown): one is Result => typeof one === 'object' && one !== null;
    return Array.isArray(results) && results.every(isObject) ? results : undefined;
  } catch {
    return undefined;
  }
}
