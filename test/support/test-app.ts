import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { after } from 'node:test';
import { pino } from 'pino';
import { createAdmission } from '../../src/admission/admission.ts';
import { readConfig } from '../../src/config.ts';
import { type LoadedManifest, loadManifest } from '../../src/detector/index.ts';
import { buildApp } from '../../src/http/app.ts';
import type { PageFiles } from '../../src/http/page-files.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createFakePool } from './fake-pool.ts';
import { writeTinyModel } from './tiny-model.ts';

export type LogLine = Record<string, unknown>;

export type TestService = Awaited<ReturnType<typeof createTestApp>>;

/** Loads manifests of tiny models; their folders are removed after the test file. */
export async function tinyManifests(...names: string[]): Promise<LoadedManifest[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-http-'));
  after(() => rm(folder, { recursive: true, force: true }));
  return Promise.all(names.map(async name => loadManifest(await writeTinyModel(path.join(folder, name), { name }))));
}

/** The real edge and queue over a fake pool. Closed by the caller or with the process. */
export async function createTestApp({ env = {}, page }: { env?: Record<string, string>; page?: PageFiles } = {}) {
  const config = readConfig({ MODEL: 'tiny', LOG_LEVEL: 'debug', ...env }, 2);
  const models = await tinyManifests(...config.models);
  const pool = createFakePool(config.models);
  const metrics = createMetrics();
  const admission = createAdmission({
    capacity: config.queueCapacity,
    deadlineMs: config.deadlineMs,
    freeSlots: () => pool.freeSlots(),
    onRejected: reason => metrics.rejected.inc({ reason }),
  });
  pool.onFree(() => admission.poke());
  metrics.watch(admission, pool);

  const logs: LogLine[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) logs.push(JSON.parse(line));
      done();
    },
  });
  const log = pino({ level: config.logLevel }, sink);
  const app = buildApp({ config, models, pool, admission, metrics, log, ...(page && { page }) });
  return { app, pool, admission, metrics, logs, config, models };
}
