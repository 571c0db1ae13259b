import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startService } from '../bench/start-service.ts';
import { TINY_LABELS, writeTinyModel } from '../test/support/tiny-model.ts';
import type { Target } from './run-cases.ts';

const DEADLINE_MS = 10_000;
/** Bodies that never come are given up soon, so that a case cannot take long. */
const BODY_TIMEOUT_MS = 1500;

export interface FuzzService extends Target {
  stop(): Promise<void>;
}

/** The real service over a model that takes no time: nearly all of it goes into what is fuzzed. */
export async function startFuzzService(): Promise<FuzzService> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-fuzz-'));
  await writeTinyModel(path.join(folder, 'tiny'));
  const service = await startService({
    ...{ MODELS_DIR: folder, MODEL: 'tiny', PROVIDER: 'cpu', ENGINES: '2', QUEUE_CAPACITY: '1000' },
    ...{ DEADLINE_MS: String(DEADLINE_MS), BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS), HEADERS_TIMEOUT_MS: '1500' },
    ...{ LOG_LEVEL: 'error' },
  });
  return {
    port: Number(new URL(service.url).port),
    rules: { latestMs: DEADLINE_MS + 250, hungMs: 5000, labels: TINY_LABELS, models: ['tiny'] },
    alive: () => service.process.exitCode === null && service.process.signalCode === null,
    output: service.output,
    async stop() {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
