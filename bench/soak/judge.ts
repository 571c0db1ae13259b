import type { Outcome } from '../load/steady-load.ts';
import { percentile } from '../percentile.ts';
import { slopeOf } from './slope.ts';
import type { SoakResult } from './soak.ts';
import type { Expectation, SoakRequest } from './soak-requests.ts';

export interface Bounds {
  /** MB/h that memory may grow with 95 % confidence. */
  growth: number;
  /** Descriptors and threads that may be more after the soak than before it. */
  left: number;
  /** Times that the median of the last quarter may be that of the first. */
  slower: number;
}

/** Share of the run that fills caches and arenas. */
const WARM_UP = 0.25;

/** Seconds of load after which memory counts. */
export function settledAfter(seconds: number): number {
  return seconds * WARM_UP;
}

/** The bounds that were passed, in sentences. */
export function judge(result: SoakResult, seconds: number, bounds: Bounds): string[] {
  const { readings, rest, engineRestarts } = result;
  const found: string[] = [];
  const settled = readings.filter(({ at }) => at >= settledAfter(seconds));
  for (const part of ['service', 'engines'] as const) {
    const { slope, plusMinus } = slopeOf(settled.map(reading => [reading.at / 3600, reading[part]]));
    const least = slope - plusMinus;
    if (!(least <= bounds.growth))
      found.push(`The memory of the ${part} grows by at least ${least.toFixed(0)} MB/h (95 %).`);
  }
  for (const what of ['descriptors', 'threads'] as const) {
    const left = rest[1][what] - rest[0][what];
    if (left > bounds.left) found.push(`There are ${left} more ${what} after the load than before it.`);
  }
  const wrong = wrongAnswers(result.outcomes);
  if (wrong.length > 0)
    found.push(`${wrong.length} of ${result.outcomes.length} answers were wrong, the first: ${wrong[0]}.`);
  const { asked, changed } = result.known;
  if (changed.length > 0)
    found.push(`${changed.length} of ${asked} answers to known pictures changed, the first: ${changed[0]}.`);
  else if (asked === 0) found.push('No known picture was asked again.');
  if (engineRestarts > 0) found.push(`Engines were replaced ${engineRestarts} times.`);
  const [first, , , last] = quarters(result, seconds).map(({ okMs }) => percentile(okMs, 0.5));
  if (!(last! <= first! * bounds.slower))
    found.push(`The median rose from ${first!.toFixed(0)} to ${last!.toFixed(0)} ms.`);
  return found;
}

const MAY_BE: Record<Expectation, (status: number) => boolean> = {
  result: status => status === 200,
  refusal: status => status >= 400 && status < 500 && status !== 429,
  either: status => MAY_BE.result(status) || MAY_BE.refusal(status),
};

/** What was answered otherwise than it must be. */
export function wrongAnswers(outcomes: readonly Outcome<SoakRequest>[]): string[] {
  return outcomes
    .filter(({ request, status }) => !MAY_BE[request.expect](status))
    .map(({ request, status, error }) => `${request.file} (${request.expect}) got ${error ?? status}`);
}

export interface Quarter {
  requests: number;
  wrong: number;
  /** Milliseconds of the answers with 200. */
  okMs: number[];
}

export function quarters({ outcomes, startedAt }: SoakResult, seconds: number): Quarter[] {
  return [0, 1, 2, 3].map(quarter => {
    const mine = outcomes.filter(({ dueAt }) => {
      const number = Math.floor(((dueAt - startedAt) / 1000 / seconds) * 4);
      return Math.min(3, Math.max(0, number)) === quarter;
    });
    return {
      requests: mine.length,
      wrong: wrongAnswers(mine).length,
      okMs: mine.filter(({ status }) => status === 200).map(({ dueAt, endedAt }) => endedAt - dueAt),
    };
  });
}
