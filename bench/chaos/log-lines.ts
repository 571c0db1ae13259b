import { createInterface } from 'node:readline';
import type { RunningService } from '../start-service.ts';

/** What happened to an engine, when, and so many served afterwards. */
export interface EngineEvent {
  at: number;
  what: 'ready' | 'died';
  engine: number;
  reason?: string;
  /** Before its next start. */
  delayMs: number;
  serving: number;
}

export interface LogLines {
  readonly events: readonly EngineEvent[];
  /** Status by status, what was logged of a request that we named. */
  statusesOf(requestId: string): readonly number[];
  /** Lines of requests by route and status. */
  readonly requests: ReadonlyMap<string, number>;
  /** Lines that nobody expects: of level error and fatal but for engines that die or get no memory, and of level warn. */
  readonly unexpected: readonly string[];
  /** The fewest engines that served at any moment between two. */
  fewestServing(from: number, to: number): number;
  deathsWithin(from: number, to: number): EngineEvent[];
  /** Pictures for which an engine said that it got no memory. */
  shortagesWithin(from: number, to: number): number;
}

interface Line {
  level: number;
  time: number;
  msg: string;
  request_id?: string;
  status?: number;
  route?: string;
  method?: string;
  engine?: number;
  reason?: string;
  delayMs?: number;
}

const WARN = 40;

/**
 * Reads the log of a service from now on.
 *
 * @param engines that serve now, all of them
 */
export function followLog({ process }: RunningService, engines: number): LogLines {
  const events: EngineEvent[] = [];
  const statuses = new Map<string, number[]>();
  const requests = new Map<string, number>();
  const unexpected: string[] = [];
  const shortages: number[] = [];
  const serving = new Set(Array.from({ length: engines }, (_, index) => index + 1));

  function note(line: Line): void {
    const { time, msg, engine = 0, reason, delayMs = 0, request_id: id, status = 0, route, method = 'unknown' } = line;
    if (msg === 'request') {
      if (id !== undefined) statuses.set(id, [...(statuses.get(id) ?? []), status]);
      const key = `${method} ${route} ${status}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      if (line.level > WARN) unexpected.push(JSON.stringify(line));
    } else if (msg === 'engine ready' || msg === 'engine died; replacing it') {
      const what = msg === 'engine ready' ? 'ready' : 'died';
      if (what === 'ready') serving.add(engine);
      else serving.delete(engine);
      events.push({ at: time, what, engine, ...(reason && { reason }), delayMs, serving: serving.size });
    } else if (msg === 'engine short of memory') shortages.push(time);
    else if (line.level >= WARN) unexpected.push(JSON.stringify(line));
  }

  for (const stream of [process.stdout!, process.stderr!]) {
    createInterface({ input: stream }).on('line', text => {
      try {
        note(JSON.parse(text) as Line);
      } catch {
        if (text.trim() !== '') unexpected.push(text);
      }
    });
  }
  return {
    events,
    requests,
    unexpected,
    statusesOf: id => statuses.get(id) ?? [],
    fewestServing(from, to) {
      const before = events.findLast(({ at }) => at < from)?.serving ?? engines;
      return Math.min(before, ...events.filter(({ at }) => at >= from && at <= to).map(({ serving }) => serving));
    },
    deathsWithin: (from, to) => events.filter(({ what, at }) => what === 'died' && at >= from && at <= to),
    shortagesWithin: (from, to) => shortages.filter(at => at >= from && at <= to).length,
  };
}
