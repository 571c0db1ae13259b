import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from './load/closed-loop.ts';
import type { PictureRequest } from './load/connection.ts';
import { type Outcome, steadyLoad } from './load/steady-load.ts';
import { childrenOf, cpuOf } from './measure/process-tree.ts';
import { type Watched, watchService } from './measure/watch-service.ts';
import { percentile } from './percentile.ts';
import type { RunningService } from './start-service.ts';

export interface OverloadFigures {
  rounds: OverloadRound[];
  /** Pictures/s answered with 200 in the first seconds of the first overload, in which V8 compiles what a refusal takes, on both sides. */
  goodputAtFirst: number;
  /** Of all rounds. */
  statuses: Record<string, number>;
  /** Milliseconds from the moment a request was due to its 429. */
  refusalMs: { p50: number; p99: number };
  /** 429 without a Retry-After of at least a second. */
  withoutRetryAfter: number;
  peakLoad: Watched;
  overload: Watched;
}

export interface OverloadRound {
  /** Pictures/s with as many connections as keep every engine busy, before and after the overload. */
  peaks: [before: number, after: number];
  /** Requests/s sent. */
  offered: number;
  /** Pictures/s answered with 200 meanwhile. */
  goodput: number;
  /** `goodput` of the mean of `peaks`. */
  kept: number;
  /** Shares of the machine's CPU time. */
  cpu: { atPeak: CpuShares; inOverload: CpuShares };
}

export interface CpuShares {
  /** The process that sends, on the same machine. */
  client: number;
  /** The service without its engines. */
  service: number;
  engines: number;
}

const CONNECTIONS = 16;
/** Before anything is measured, and what {@link OverloadFigures.goodputAtFirst} is taken over, milliseconds. */
const AT_FIRST_MS = 5000;
/** Before each later measurement. */
const SETTLE_MS = 2500;

interface Peak {
  perSecond: number;
  cpu: CpuShares;
}

interface Overload {
  offered: number;
  goodput: number;
  goodputWhileSettling: number;
  /** Of everything sent. */
  all: readonly Outcome[];
  /** Answered while it was measured. */
  measured: readonly Outcome[];
  cpu: CpuShares;
}

/** A service at its peak and at `factor` times that, in turn and at its peak at last, `seconds` each: whatever befalls the machine befalls both. */
export async function measureOverload(
  { url, process: { pid } }: RunningService,
  requests: readonly PictureRequest[],
  { seconds, factor, rounds = 1 }: { seconds: number; factor: number; rounds?: number },
): Promise<OverloadFigures> {
  const durationMs = seconds * 1000;

  async function peak(settleMs: number): Promise<Peak> {
    const cpu = measureCpu(pid!);
    const { pictures, seconds: took } = await closedLoop([url], requests, CONNECTIONS, {
      warmUpMs: settleMs,
      durationMs,
    });
    return { perSecond: pictures / took, cpu: cpu() };
  }

  async function overload(offered: number, settleMs: number): Promise<Overload> {
    const begin = performance.now();
    const load = steadyLoad(url, requests, offered);
    await sleep(settleMs);
    const cpu = measureCpu(pid!);
    const from = performance.now();
    await sleep(durationMs);
    const to = performance.now();
    const shares = cpu();
    const all = await load.stop();
    const between = (start: number, end: number) => all.filter(({ endedAt }) => endedAt >= start && endedAt < end);
    const goodBetween = (start: number, end: number) =>
      between(start, end).filter(({ status }) => status === 200).length / ((end - start) / 1000);
    return {
      offered,
      goodput: goodBetween(from, to),
      goodputWhileSettling: goodBetween(begin, from),
      all,
      measured: between(from, to),
      cpu: shares,
    };
  }

  // Watching costs a little, at the peaks and between.
  const watchPeak = watchService(url, pid!);
  const peaks = [await peak(AT_FIRST_MS)];
  const peakLoad = await watchPeak.stop();
  const watchAll = watchService(url, pid!);
  const overloads: Overload[] = [];
  for (let round = 0; round < rounds; round++) {
    overloads.push(await overload(peaks[round]!.perSecond * factor, round === 0 ? AT_FIRST_MS : SETTLE_MS));
    peaks.push(await peak(SETTLE_MS));
  }
  const watched = await watchAll.stop();

  const refused = overloads.flatMap(({ measured }) => measured).filter(({ status }) => status === 429);
  const refusalMs = refused.map(({ dueAt, endedAt }) => endedAt - dueAt);
  return {
    rounds: overloads.map(({ offered, goodput, cpu }, round) => {
      const [before, after] = [peaks[round]!, peaks[round + 1]!];
      return {
        peaks: [before.perSecond, after.perSecond],
        offered,
        goodput,
        kept: goodput / ((before.perSecond + after.perSecond) / 2),
        cpu: { atPeak: before.cpu, inOverload: cpu },
      };
    }),
    goodputAtFirst: overloads[0]!.goodputWhileSettling,
    statuses: countBy(overloads.flatMap(({ all }) => all).map(({ status }) => String(status))),
    refusalMs: { p50: percentile(refusalMs, 0.5), p99: percentile(refusalMs, 0.99) },
    withoutRetryAfter: refused.filter(({ retryAfter = 0 }) => !(retryAfter >= 1)).length,
    peakLoad,
    overload: watched,
  };
}

/** From now until the result is called. */
function measureCpu(service: number): () => CpuShares {
  const seconds = () => {
    const { user, system } = process.cpuUsage();
    const of = (pid: number) => {
      const { mainThread, otherThreads } = cpuOf(pid);
      return mainThread + otherThreads;
    };
    const engines = childrenOf(service).reduce((sum, pid) => sum + of(pid), 0);
    return { client: (user + system) / 1e6, service: of(service), engines };
  };
  const start = seconds();
  const startedAt = performance.now();
  return () => {
    const end = seconds();
    const all = ((performance.now() - startedAt) / 1000) * availableParallelism();
    return {
      client: (end.client - start.client) / all,
      service: (end.service - start.service) / all,
      engines: (end.engines - start.engines) / all,
    };
  };
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
