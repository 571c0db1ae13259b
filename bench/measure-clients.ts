import { setTimeout as sleep } from 'node:timers/promises';
import { type CrowdReport, type CrowdSize, HABITS, type Habit } from './hostile/crowd.ts';
import { startCrowd } from './hostile/start-crowd.ts';
import type { PictureRequest } from './load/connection.ts';
import { steadyLoad } from './load/steady-load.ts';
import type { RunningService } from './start-service.ts';

export interface ClientFigures {
  /** Milliseconds of every 200 of the well-behaved clients. */
  calmMs: number[];
  hostileMs: number[];
  /** Their answers that were not 200, by status. */
  failures: Record<string, number>;
  crowd: CrowdReport;
}

export interface ClientsPlan {
  requests: readonly PictureRequest[];
  perSecond: number;
  rounds: number;
  /** Of each half of a round. */
  seconds: number;
  crowd: CrowdSize;
  /** File of a picture for the crowd. */
  picture: string;
  /** They come, and later are cut, one by one within this time, as clients do who know nothing of each other. */
  spreadMs: number;
}

/** Well-behaved clients at a steady rate, alone and beside a hostile crowd in turn. */
export async function measureClients({ url }: RunningService, plan: ClientsPlan): Promise<ClientFigures> {
  const figures: ClientFigures = { calmMs: [], hostileMs: [], failures: {}, crowd: emptyReport() };

  async function listen(latencies: number[]): Promise<void> {
    const load = steadyLoad(url, plan.requests, plan.perSecond);
    await sleep(plan.seconds * 1000);
    for (const { status, error, dueAt, endedAt } of await load.stop()) {
      if (status === 200) latencies.push(endedAt - dueAt);
      else figures.failures[error ?? status] = (figures.failures[error ?? status] ?? 0) + 1;
    }
  }

  for (let round = 0; round < plan.rounds; round++) {
    await listen(figures.calmMs);
    const crowd = startCrowd(url, plan.crowd, plan.picture, plan.spreadMs);
    await sleep(plan.spreadMs + 500); // until all of them are there
    await listen(figures.hostileMs);
    add(figures.crowd, await crowd.stop());
  }
  return figures;
}

function emptyReport(): CrowdReport {
  const none = () => Object.fromEntries(HABITS.map(habit => [habit, 0])) as Record<Habit, number>;
  return { cut: none(), longestMs: none(), told: none() };
}

function add(sum: CrowdReport, one: CrowdReport): void {
  for (const habit of HABITS) {
    sum.cut[habit] += one.cut[habit];
    sum.told[habit] += one.told[habit];
    sum.longestMs[habit] = Math.max(sum.longestMs[habit], one.longestMs[habit]);
  }
}
