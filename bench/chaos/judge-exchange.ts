import { slowedDown } from '../../test/support/slowed-down.ts';
import type { Exchange } from './exchange.ts';
import type { LogLines } from './log-lines.ts';
import type { Pauses } from './pauses.ts';

/** What is known of the service when exchanges are judged. */
export interface Circumstances {
  log: LogLines;
  pauses: Pauses;
  deadlineMs: number;
  bodyTimeoutMs: number;
  /** Whether anything was done to the service meanwhile, or shortly before. */
  disturbed(from: number, to: number): boolean;
  /** The most pictures of all clients that nobody had answered at any moment between two. */
  underWay(from: number, to: number): number;
  /** That engines take at once. */
  slots: number;
  /** When it was told to stop. */
  stoppingAt: number | undefined;
}

/** After a deadline; docs/reliability.md says so. */
const LATE_MS = 250;
/** Timers count from whole milliseconds. */
const EARLY_MS = 5;
/** What is logged is a moment later than what happened, and an engine is out of service a moment before it is dead. */
const NEAR_MS = 1000;

/** What is wrong with what became of a request, in sentences. */
export function judgeExchange(exchange: Exchange, circumstances: Circumstances): string[] {
  const flaws = [...exchange.flaws, ...lateness(exchange, circumstances), ...logFlaws(exchange, circumstances)];
  const { status, detail = '', retryAfter, refusals } = exchange;
  if (status !== undefined && status !== 200) flaws.push(...refusalFlaws(exchange, { status, detail }, circumstances));
  if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(retryAfter ?? ''))
    flaws.push(`${status} with Retry-After ${retryAfter}`);
  if (status === 200 && exchange.expected === 'refusal') flaws.push('200 where it must be refused');
  for (const refusal of refusals) flaws.push(...refusalFlaws(exchange, refusal, circumstances));
  return flaws.map(flaw => `${exchange.id}, ${exchange.what}: ${flaw} (${span(exchange)})`);
}

function span({ begunAt, sentAt, endedAt, status }: Exchange): string {
  return `status ${status}, sent for ${(sentAt - begunAt).toFixed(0)} ms, ended ${(endedAt - sentAt).toFixed(0)} ms later at ${new Date(endedAt).toISOString().slice(11, 23)}`;
}

function lateness(exchange: Exchange, { pauses, deadlineMs, bodyTimeoutMs }: Circumstances): string[] {
  if (exchange.left || exchange.readLate) return [];
  const { begunAt, sentAt, endedAt } = exchange;
  const mostMs = deadlineMs + LATE_MS * slowedDown() + pauses.within(begunAt, endedAt);
  const flaws = [];
  if (endedAt - sentAt > mostMs) flaws.push(`late by ${(endedAt - sentAt - mostMs).toFixed(0)} ms`);
  if (exchange.status === 408 && endedAt - begunAt < bodyTimeoutMs - EARLY_MS) flaws.push('408 before its time');
  return flaws;
}

/** Every request has one line in the log, which says what its client was told. */
function logFlaws({ id, status, left, unlogged, endedAt }: Exchange, { log, stoppingAt }: Circumstances): string[] {
  if (unlogged && status !== undefined) return [];
  const logged = log.statusesOf(id);
  if (logged.length > 1) return [`${logged.length} lines in the log`];
  const [said] = logged;
  if (status !== undefined) return said === status ? [] : [`${status} was received, ${said ?? 'nothing'} logged`];
  if (left) return [];
  // Who comes on an idle connection in the moment of its end is not seen any more.
  if (stoppingAt !== undefined && endedAt >= stoppingAt && said === undefined) return [];
  return [`no answer; ${said ?? 'nothing'} was logged`];
}

function refusalFlaws(
  exchange: Exchange,
  { status, detail }: { status: number; detail: string },
  circumstances: Circumstances,
): string[] {
  const why = unexplained(exchange, status, detail, circumstances);
  return why === undefined ? [] : [`${status} "${detail}": ${why}`];
}

/** Why a refusal should not have been. */
function unexplained(
  exchange: Exchange,
  status: number,
  detail: string,
  { log, deadlineMs, disturbed, underWay, slots, stoppingAt }: Circumstances,
): string | undefined {
  const { begunAt, endedAt, expected, slowBody, shared } = exchange;
  const crowded = underWay(begunAt, endedAt) > slots;
  const deaths = log.deathsWithin(begunAt - NEAR_MS, endedAt + NEAR_MS).length;
  switch (status) {
    case 503:
      if (/shutting down|is stopping/.test(detail))
        return stoppingAt !== undefined && endedAt >= stoppingAt ? undefined : 'nobody told it to';
      if (/stopped before it answered/.test(detail)) return deaths > 0 ? undefined : 'no engine died';
      if (/too little memory/.test(detail))
        return log.shortagesWithin(begunAt - NEAR_MS, endedAt + NEAR_MS) > 0 ? undefined : 'no engine was short of it';
      return log.fewestServing(begunAt - NEAR_MS, endedAt + NEAR_MS) === 0 ? undefined : 'an engine served';
    case 504:
      if (endedAt - begunAt < deadlineMs - 50) return 'before the deadline';
      return disturbed(begunAt, endedAt) || crowded ? undefined : 'nothing held it up';
    case 429:
      return disturbed(begunAt, endedAt) || crowded ? undefined : 'there was room';
    case 408:
      return slowBody ? undefined : 'it was sent at once';
    case 422:
      if (/Engines have died/.test(detail)) return shared || deaths > 1 ? undefined : 'no engine died of it';
      break;
  }
  const mayBeRefused = expected === 'refusal' || expected === 'anything';
  return status >= 400 && status < 500 && mayBeRefused ? undefined : 'it is not known why';
}
