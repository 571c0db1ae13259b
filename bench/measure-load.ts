import type { Cell, Load } from './cell.ts';
import { closedLoop } from './load/closed-loop.ts';
import type { PictureRequest } from './load/connection.ts';
import { openLoop } from './load/open-loop.ts';
import { cpuMeter } from './measure/cpu-meter.ts';
import type { gpuMeter } from './measure/gpu-meter.ts';
import { eventLoopDelayP99, probeLiveness } from './measure/service-probe.ts';
import type { BareSessions } from './sides/bare-session.ts';
import type { ServerSide } from './sides/side.ts';

export interface Instruments {
  gpu: ReturnType<typeof gpuMeter>;
  seconds: number;
}

export type Measured = Omit<Cell, 'round'>;

/** Until as many pictures are under way as this load has. */
const WARM_UP_MS = 2500;

/** @param arrivalRate pictures/s, of a steady load */
export async function measureServer(
  side: ServerSide,
  load: Exclude<Load, 'loop'>,
  requests: readonly PictureRequest[],
  arrivalRate: number,
  { gpu, seconds }: Instruments,
): Promise<Measured> {
  const meter = cpuMeter(side.processes());
  let cpu: Measured['cpu'];
  let used: Measured['gpu'];
  const window = {
    warmUpMs: WARM_UP_MS,
    durationMs: seconds * 1000,
    onBegin() {
      gpu.begin();
      meter.begin();
    },
    onEnd() {
      cpu = meter.end();
      used = gpu.end();
    },
  };
  const watched = side.isService && load === '16';
  if (watched) await eventLoopDelayP99(side.urls[0]!); // starts its histogram afresh
  const probe = watched ? probeLiveness(side.urls[0]!) : undefined;
  const result =
    load === 'steady'
      ? await openLoop(side.urls, requests, arrivalRate, window)
      : await closedLoop(side.urls, requests, Number(load), window);
  const livenessMs = await probe?.stop();
  return {
    side: side.name,
    load,
    pictures: result.pictures,
    perSecond: result.pictures / result.seconds,
    latenciesMs: result.latenciesMs.map(ms => Math.round(ms * 10) / 10),
    stagesMs: meanStages(result.serverTimings),
    cpu,
    gpu: used,
    ...(load === 'steady' && { arrivalRate }),
    ...(livenessMs && { livenessMs, eventLoopDelayP99Ms: await eventLoopDelayP99(side.urls[0]!) }),
  };
}

export async function measureBare(
  name: string,
  sessions: BareSessions,
  shapes: [number, number][],
  batch: number,
  { gpu, seconds }: Instruments,
): Promise<Measured> {
  const meter = cpuMeter(sessions.processes());
  gpu.begin();
  meter.begin();
  const ran = await sessions.run({ shapes, batch, durationMs: seconds * 1000 });
  return { side: name, load: 'loop', ...ran, latenciesMs: [], stagesMs: {}, cpu: meter.end(), gpu: gpu.end() };
}

/** `queue;dur=0.42, image;dur=4.1` of every picture -> mean of each. */
function meanStages(serverTimings: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const text of serverTimings) {
    for (const [, stage, ms] of text.matchAll(/([\w-]+);dur=([\d.]+)/g))
      sums[stage!] = (sums[stage!] ?? 0) + Number(ms);
  }
  return Object.fromEntries(Object.entries(sums).map(([stage, sum]) => [stage, sum / serverTimings.length]));
}
