import path from 'node:path';
import type { Config } from './config.ts';
import { DetectorError, type LoadedManifest, loadManifest } from './detector/index.ts';

export interface ServedModels {
  models: LoadedManifest[];
  manifestPaths: string[];
}

/** The manifests of the configured models. Throws `DetectorError` with a sentence for the first that cannot be served. */
export async function loadModels({ models: folders, modelsDir }: Config): Promise<ServedModels> {
  const manifestPaths = folders.map(folder => path.join(modelsDir, folder, 'model.json'));
  const models = await Promise.all(manifestPaths.map(loadManifest));
  const names = models.map(({ manifest }) => manifest.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new DetectorError(
      'invalid_manifest',
      `Two of the models in MODEL have the name "${repeated}" in their manifests.`,
    );
  }
  return { models, manifestPaths };
}
