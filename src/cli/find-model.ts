import path from 'node:path';
import { PACKAGE_MODELS_DIR } from '../default-models-dir.ts';
import { foldersIn, isInPackage, modelFolders } from '../model-folders.ts';
import { CliError } from './cli-error.ts';

/** Path of the model's manifest. Throws a `CliError` that says which models there are when `name` is none of them. */
export async function findModel(modelsDir: string, name: string): Promise<string> {
  let folders: string[];
  try {
    folders = await foldersIn(modelsDir);
  } catch (cause) {
    throw new CliError(`The models folder ${modelsDir} cannot be read; --models-dir or MODELS_DIR names another.`, {
      cause,
    });
  }
  if (folders.includes(name)) return path.join(modelsDir, name, 'model.json');
  const models = await modelFolders(modelsDir);
  const there = models.length === 0 ? 'it has none' : `it has ${models.join(', ')}`;
  const elsewhere = (await isInPackage(name)) ? ` The package has it: --models-dir ${PACKAGE_MODELS_DIR}.` : '';
  throw new CliError(`There is no model "${name}" in ${modelsDir}: ${there}.${elsewhere}`);
}
