import { addUp } from './add-up.ts';
import type { Rest } from './at-rest.ts';
import type { Exchange } from './exchange.ts';
import type { LogLines } from './log-lines.ts';

/** Descriptors and lasting threads that may be more than at first. */
const LEFT = 5;
/** Megabytes that a process may have kept of all that it has held meanwhile. */
const KEPT_MB = 150;

/** What is wrong with a service when nothing goes on, in sentences. */
export function judgeRest(rest: Rest, first: Rest, log: LogLines, exchanges: readonly Exchange[]): string[] {
  const flaws = [...rest.flaws, ...addUp(rest.metrics, log, exchanges)];
  for (const what of ['descriptors', 'threads'] as const) {
    const left = rest.reading[what] - first.reading[what];
    if (left > LEFT) flaws.push(`There are ${left} more ${what} at rest than at first.`);
  }
  const grown = rest.reading.service - first.reading.service;
  if (grown > KEPT_MB) flaws.push(`The service has ${grown.toFixed(0)} MB more at rest than at first.`);
  return flaws;
}
