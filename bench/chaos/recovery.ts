import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../test/support/processes.ts';
import { slowedDown } from '../../test/support/slowed-down.ts';
import type { RunningService } from '../start-service.ts';
import { now } from './clock.ts';
import type { Fault } from './faults.ts';
import type { LogLines } from './log-lines.ts';
import type { Pauses } from './pauses.ts';
import type { Probes } from './probes.ts';

export interface RecoverySettings {
  service: RunningService;
  engines: number;
  log: LogLines;
  pauses: Pauses;
  probes: Probes;
}

export interface Recovery {
  /** Until pictures were answered again, and until every engine served. */
  answeredMs: number;
  wholeMs: number;
  flaws: string[];
}

/** Of any fault; docs/reliability.md says so. */
const WITHIN_MS = 3000;
const LOOK_MS = 50;
/** The service hears of a death a moment after it. */
const STAYS_MS = 300;
const GIVE_UP_MS = 60_000;

/** Waits until a service is over what was done to it, and says whether it took too long. */
export async function recover(
  { service, engines, log, pauses, probes }: RecoverySettings,
  { from, to, doomed, extraMs }: Fault,
): Promise<Recovery> {
  let answeredAt: number | undefined;
  let wholeAt: number | undefined;
  const isOver = () => answeredAt !== undefined && wholeAt !== undefined && now() - wholeAt >= STAYS_MS;
  while (!isOver() && now() - to < GIVE_UP_MS) {
    await sleep(LOOK_MS);
    answeredAt ??= probes.answeredSince(to);
    if (doomed.some(isAlive) || (await serving(service.url)) < engines) wholeAt = undefined;
    else wholeAt ??= now();
  }
  const least = WITHIN_MS * slowedDown() + pauses.within(to, now());
  const wholeBound = least + extraMs * slowedDown() + longestDelay(log, from);
  // An engine that lives goes on answering, whatever the other waits for.
  const answeredBound = log.fewestServing(from, now()) > 0 ? least : wholeBound;
  const flaws: string[] = [];
  const answeredMs = (answeredAt ?? now()) - to;
  const wholeMs = (wholeAt ?? now()) - to;
  if (answeredMs > answeredBound)
    flaws.push(`pictures were answered again after ${answeredMs.toFixed(0)} ms, not ${answeredBound.toFixed(0)}`);
  if (wholeMs > wholeBound) flaws.push(`it was whole after ${wholeMs.toFixed(0)} ms, not ${wholeBound.toFixed(0)}`);
  return { answeredMs, wholeMs, flaws };
}

async function serving(url: string): Promise<number> {
  const { engines } = (await (await fetch(`${url}/health/ready`)).json()) as { engines?: { serving: number } };
  return engines?.serving ?? 0;
}

/** What the engines waited before they were started again, the one that waited longest. */
function longestDelay(log: LogLines, from: number): number {
  const byEngine = new Map<number, number>();
  for (const { engine, delayMs } of log.deathsWithin(from - 1000, Number.POSITIVE_INFINITY))
    byEngine.set(engine, (byEngine.get(engine) ?? 0) + delayMs);
  return Math.max(0, ...byEngine.values());
}
