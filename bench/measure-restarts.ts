import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PictureRequest } from './load/connection.ts';
import { steadyLoad } from './load/steady-load.ts';
import { gauge } from './measure/watch-service.ts';
import { startHaproxy } from './start-haproxy.ts';
import { freePort, type RunningServer } from './start-server.ts';
import { startService } from './start-service.ts';

export interface Restart {
  exitCode: number | null;
  /** From SIGTERM to the end of the process. */
  stopMs: number;
  /** Pictures that the new process had answered when the run ended. */
  answeredAfter: number;
}

export interface RestartFigures {
  /** Answers by status, or by what went wrong. */
  answers: Record<string, number>;
  latenciesMs: number[];
  restarts: Restart[];
}

/** Two services behind HAProxy at a steady load; one is restarted, then the other. */
export async function measureRestarts(
  requests: readonly PictureRequest[],
  perSecond: number,
  env: Record<string, string>,
): Promise<RestartFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-haproxy-'));
  const ports = [await freePort(), await freePort()];
  const running: RunningServer[] = [];
  try {
    const services = await Promise.all(ports.map(port => startService(env, 60_000, port)));
    running.push(...services);
    const balancer = await startHaproxy(ports, folder);
    running.push(balancer);
    const load = steadyLoad(balancer.url, requests, perSecond);
    await sleep(1500);

    const restarts: Omit<Restart, 'answeredAfter'>[] = [];
    for (const [index, port] of ports.entries()) {
      const since = performance.now();
      const exitCode = await services[index]!.stop();
      restarts.push({ exitCode, stopMs: performance.now() - since });
      services[index] = await startService(env, 60_000, port);
      running.push(services[index]!);
      await sleep(1500); // the balancer has to see that it is back
    }
    await sleep(1000);
    const outcomes = await load.stop();

    const answeredAfter = await Promise.all(services.map(({ url }) => answered(url)));
    const answers: Record<string, number> = {};
    for (const { status, error } of outcomes) answers[error ?? status] = (answers[error ?? status] ?? 0) + 1;
    return {
      answers,
      latenciesMs: outcomes.map(({ dueAt, endedAt }) => endedAt - dueAt),
      restarts: restarts.map((restart, index) => ({ ...restart, answeredAfter: answeredAfter[index]! })),
    };
  } finally {
    for (const one of running) one.process.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function answered(url: string): Promise<number> {
  return gauge(await (await fetch(`${url}/metrics`)).text(), 'gfl_images_total');
}
