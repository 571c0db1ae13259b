import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdReport, CrowdSize } from '../hostile/crowd.ts';
import { startCrowd } from '../hostile/start-crowd.ts';
import { type Outcome, steadyLoad } from '../load/steady-load.ts';
import { gauge } from '../measure/watch-service.ts';
import type { RunningService } from '../start-service.ts';
import { type KnownAnswers, knownPictures } from './known-pictures.ts';
import { type Reading, readProcesses } from './read-processes.ts';
import type { SoakRequest } from './soak-requests.ts';

export interface SoakPlan {
  requests: readonly SoakRequest[];
  seconds: number;
  /** Share of the peak, of this very mix. */
  load: number;
  crowd: CrowdSize;
  /** Before memory and descriptors at rest are read: what was closed is given back by then. */
  restMs: number;
}

export interface SoakResult {
  peak: number;
  /** Requests/s. */
  rate: number;
  /** Clock of the outcomes at the start of the load. */
  startedAt: number;
  outcomes: readonly Outcome<SoakRequest>[];
  readings: Reading[];
  /** Without load and crowd, before and after. */
  rest: [before: Reading, after: Reading];
  engineRestarts: number;
  crowd: CrowdReport;
  /** Of pictures asked before the load, during it and after it. */
  known: KnownAnswers;
}

const PEAK_S = 10;
const CONNECTIONS = 16;
/** Or a quarter of the run. */
const KNOWN_EVERY_S = 60;

/** A service under a steady load of good and hostile requests, with bad clients beside it. */
export async function soak({ url, process: { pid } }: RunningService, plan: SoakPlan): Promise<SoakResult> {
  const { requests, seconds, restMs } = plan;
  const { answers, askAll } = knownPictures(url, requests);
  await askAll();
  const peak = await peakOf(url, requests, Math.min(PEAK_S, seconds / 2));
  await sleep(restMs);
  const before = readProcesses(pid!, 0);

  const rate = peak * plan.load;
  const crowd = startCrowd(url, plan.crowd, 'samples/cat.jpg');
  const load = steadyLoad(url, requests, rate);
  const startedAt = performance.now();
  const readings: Reading[] = [];
  const everyMs = Math.min(5000, (seconds * 1000) / 60);
  const knownEveryS = Math.min(KNOWN_EVERY_S, seconds / 4);
  let asking = Promise.resolve();
  let askedAt = 0;
  for (let at = 0; at < seconds; at = (performance.now() - startedAt) / 1000) {
    readings.push(readProcesses(pid!, at));
    if (at >= askedAt + knownEveryS) {
      asking = asking.then(askAll);
      askedAt = at;
    }
    await sleep(everyMs);
  }
  await asking;
  const outcomes = await load.stop();
  const report = await crowd.stop();
  await askAll();
  await sleep(restMs);
  const after = readProcesses(pid!, (performance.now() - startedAt) / 1000);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const engineRestarts = gauge(metrics, 'gfl_engine_restarts_total');
  return {
    peak,
    rate,
    startedAt,
    outcomes,
    readings,
    rest: [before, after],
    engineRestarts,
    crowd: report,
    known: answers,
  };
}

/** Requests/s that are answered, with whatever status, when enough are always under way. */
async function peakOf(url: string, requests: readonly SoakRequest[], seconds: number): Promise<number> {
  let next = 0;
  let answered = 0;
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) {
        const { path, headers, body } = requests[next++ % requests.length]!;
        const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
        await answer.arrayBuffer();
        answered += 1;
      }
    }),
  );
  return answered / seconds;
}
