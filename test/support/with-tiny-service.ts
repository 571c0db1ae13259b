import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { writeTinyModel } from './tiny-model.ts';

/** Environment for services that serve the tiny model from one engine; `remove` deletes it. */
export async function tinyModels(slowMs = 0): Promise<{ env: Record<string, string>; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-load-'));
  await writeTinyModel(path.join(folder, 'tiny'), { slowMs });
  return {
    env: { MODELS_DIR: folder, MODEL: 'tiny', ENGINES: '1', PROVIDER: 'cpu' },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs `use` against `node dist/main.js` with the tiny model; whatever happens, nothing is left. */
export async function withTinyService<T>(
  env: Record<string, string>,
  use: (service: RunningService) => Promise<T>,
  slowMs = 0,
): Promise<T> {
  const models = await tinyModels(slowMs);
  try {
    const service = await startService({ ...models.env, ...env });
    try {
      return await use(service);
    } finally {
      service.process.kill('SIGKILL');
    }
  } finally {
    await models.remove();
  }
}
