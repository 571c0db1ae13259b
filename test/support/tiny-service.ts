import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { pino } from 'pino';
import { createAdmission } from '../../src/admission/admission.ts';
import { readConfig } from '../../src/config.ts';
import { createEnginePool } from '../../src/engine/pool.ts';
import { buildApp } from '../../src/http/app.ts';
import { loadModels } from '../../src/load-models.ts';
import { createMetrics } from '../../src/metrics.ts';
import { type TinyModelOptions, writeTinyModel } from './tiny-model.ts';

/** The real edge, queue, one engine process and detector on a tiny model, listening; stopped after the test file. */
export async function startTinyService(env: Record<string, string> = {}, model: TinyModelOptions = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-service-'));
  await writeTinyModel(path.join(folder, 'tiny'), model);
  const given = { MODELS_DIR: folder, MODEL: 'tiny', ENGINES: '1', PROVIDER: 'cpu', DEADLINE_MS: '20000', ...env };
  const config = readConfig(given, 2);
  const { models, manifestPaths } = await loadModels(config);
  const log = pino({ level: 'silent' });
  const pool = createEnginePool({ ...config, manifestPaths, log });
  const metrics = createMetrics();
  const { queueCapacity: capacity, deadlineMs } = config;
  const admission = createAdmission({ capacity, deadlineMs, freeSlots: () => pool.freeSlots() });
  pool.onFree(() => admission.poke());
  const app = buildApp({ config, models, pool, admission, metrics, log });
  after(async () => {
    await pool.close(1000);
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  await pool.start();
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, port, app, pool, metrics };
}
