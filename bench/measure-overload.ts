import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from './load/closed-loop.ts';
import type { PictureRequest } from './load/connection.ts';
import { steadyLoad } from './load/steady-load.ts';
import { cpuOf } from './measure/process-tree.ts';
import { type Watched, watchService } from './measure/watch-service.ts';
import { percentile } from './percentile.ts';
import type { RunningService } from './start-service.ts';

export interface OverloadFigures {
  /** Pictures/s with as many connections as keep every engine busy, before and after the overload. */
  peaks: [before: number, after: number];
  /** Requests/s sent. */
  offered: number;
  /** Pictures/s answered with 200 meanwhile, after the first seconds. */
  goodput: number;
  /** The same in those seconds, in which V8 compiles what a refusal takes, on both sides, and the client opens its connections. */
  goodputAtFirst: number;
  statuses: Record<string, number>;
  /** Milliseconds from the moment a request was due to its 429. */
  refusalMs: { p50: number; p99: number };
  /** 429 without a Retry-After of at least a second. */
  withoutRetryAfter: number;
  peakLoad: Watched;
  overload: Watched;
  /** Shares of the machine's CPU time. */
  cpu: { atPeak: CpuShares; inOverload: CpuShares };
}

export interface CpuShares {
  /** The process that sends, on the same machine. */
  client: number;
  /** The service without its engines. */
  service: number;
}

const CONNECTIONS = 16;
/** Before anything is measured, and what {@link OverloadFigures.goodputAtFirst} is taken over, milliseconds. */
const AT_FIRST_MS = 5000;

/** A service at its peak, then at `factor` times that, then at its peak again, `seconds` each. */
export async function measureOverload(
  { url, process: { pid } }: RunningService,
  requests: readonly PictureRequest[],
  { seconds, factor }: { seconds: number; factor: number },
): Promise<OverloadFigures> {
  const window = { warmUpMs: AT_FIRST_MS, durationMs: seconds * 1000 };
  const peak = async () => {
    const { pictures, seconds: took } = await closedLoop([url], requests, CONNECTIONS, window);
    return pictures / took;
  };

  const watchPeak = watchService(url, pid!);
  const cpuOfPeak = measureCpu(pid!);
  const before = await peak();
  const atPeak = cpuOfPeak();
  const peakLoad = await watchPeak.stop();

  const offered = before * factor;
  const watchOverload = watchService(url, pid!);
  const begin = performance.now();
  const load = steadyLoad(url, requests, offered);
  await sleep(window.warmUpMs);
  const cpuOfOverload = measureCpu(pid!);
  const from = performance.now();
  await sleep(window.durationMs);
  const to = performance.now();
  const inOverload = cpuOfOverload();
  const outcomes = await load.stop();
  const overload = await watchOverload.stop();

  const watchAfter = watchService(url, pid!); // watching costs a little, at both peaks and between
  const after = await peak();
  await watchAfter.stop();
  const between = (start: number, end: number) => outcomes.filter(({ endedAt }) => endedAt >= start && endedAt < end);
  const goodBetween = (start: number, end: number) =>
    between(start, end).filter(({ status }) => status === 200).length / ((end - start) / 1000);
  const inside = between(from, to);
  const refused = inside.filter(({ status }) => status === 429);
  const refusalMs = refused.map(({ dueAt, endedAt }) => endedAt - dueAt);
  return {
    peaks: [before, after],
    offered,
    goodput: goodBetween(from, to),
    goodputAtFirst: goodBetween(begin, from),
    statuses: countBy(outcomes.map(({ status }) => String(status))),
    refusalMs: { p50: percentile(refusalMs, 0.5), p99: percentile(refusalMs, 0.99) },
    withoutRetryAfter: refused.filter(({ retryAfter = 0 }) => !(retryAfter >= 1)).length,
    peakLoad,
    overload,
    cpu: { atPeak, inOverload },
  };
}

/** From now until the result is called. */
function measureCpu(service: number): () => CpuShares {
  const seconds = () => {
    const { user, system } = process.cpuUsage();
    const { mainThread, otherThreads } = cpuOf(service);
    return { client: (user + system) / 1e6, service: mainThread + otherThreads };
  };
  const start = seconds();
  const startedAt = performance.now();
  return () => {
    const end = seconds();
    const all = ((performance.now() - startedAt) / 1000) * availableParallelism();
    return { client: (end.client - start.client) / all, service: (end.service - start.service) / all };
  };
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
