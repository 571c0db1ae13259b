import path from 'node:path';
import type { Config } from './config.ts';
import { PACKAGE_MODELS_DIR } from './default-models-dir.ts';
import { DetectorError, type LoadedManifest, loadManifest } from './detector/contract.ts';
import { foldersIn, isInPackage, modelFolders } from './model-folders.ts';

export interface ServedModels {
  models: LoadedManifest[];
  manifestPaths: string[];
}

/** The manifests of the configured models. Throws `DetectorError` with a sentence for the first that cannot be served. */
export async function loadModels({ models: folders, modelsDir }: Config): Promise<ServedModels> {
  await checkFolders(folders, modelsDir);
  const manifestPaths = folders.map(folder => path.join(modelsDir, folder, 'model.json'));
  const models = await Promise.all(manifestPaths.map(manifestPath => loadManifest(manifestPath)));
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

async function checkFolders(wanted: readonly string[], modelsDir: string): Promise<void> {
  const present = await foldersIn(modelsDir).catch((): string[] => []);
  const missing = wanted.find(folder => !present.includes(folder));
  if (missing === undefined) return;
  const there = await modelFolders(modelsDir).catch((): string[] => []);
  const models = there.length > 0 ? `has ${there.join(', ')}` : 'has no models';
  const elsewhere = (await isInPackage(missing)) ? ` The package has it: MODELS_DIR=${PACKAGE_MODELS_DIR}.` : '';
  throw new DetectorError(
    'invalid_manifest',
    `There is no model "${missing}": MODELS_DIR (${modelsDir}) ${models}.${elsewhere}`,
  );
}
