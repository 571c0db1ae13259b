import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { untilWhole } from '../extremes/until-whole.ts';
import { type RunningService, startService } from '../start-service.ts';

/** Of the service; milliseconds. */
export interface Times {
  deadlineMs: number;
  hangTimeoutMs: number;
  startTimeoutMs: number;
  bodyTimeoutMs: number;
  drainTimeoutMs: number;
}

export interface TormentedService {
  service: RunningService;
  port: number;
  engines: number;
  /** Of its own, and nobody else's. */
  cacheDir: string;
  tmpDir: string;
  /** What every process of this run has in its environment. */
  mark: string;
  /** Whatever it is at, it is gone then, and its files are. */
  remove(): Promise<void>;
}

const WHOLE_WITHIN_MS = 60_000;

/** The service as anybody starts it, but that nothing takes long, and that its files lie in folders of its own. */
export async function startTormented(times: Times, env: Record<string, string>): Promise<TormentedService> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-chaos-'));
  const cacheDir = path.join(folder, 'cache');
  const tmpDir = path.join(folder, 'tmp');
  await mkdir(tmpDir);
  const run = randomUUID();
  let service: RunningService | undefined;
  const remove = async () => {
    service?.process.kill('SIGKILL');
    await service?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    service = await startService({
      ...{ CACHE_DIR: cacheDir, TMPDIR: tmpDir, LOG_LEVEL: 'info', CHAOS_RUN: run },
      ...{ DEADLINE_MS: String(times.deadlineMs), HANG_TIMEOUT_MS: String(times.hangTimeoutMs) },
      START_TIMEOUT_MS: String(times.startTimeoutMs),
      ...{ BODY_TIMEOUT_MS: String(times.bodyTimeoutMs), DRAIN_TIMEOUT_MS: String(times.drainTimeoutMs) },
      ...env,
    });
    const { url } = service;
    const ready = (await (await fetch(`${url}/health/ready`)).json()) as { engines: { configured: number } };
    const engines = ready.engines.configured;
    await untilWhole(url, engines, WHOLE_WITHIN_MS);
    return { service, port: Number(new URL(url).port), engines, cacheDir, tmpDir, mark: `CHAOS_RUN=${run}`, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
