import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGE_MODELS_DIR } from '../default-models-dir.ts';
import { CliError } from './cli-error.ts';

/** Path of the model's manifest. Throws a `CliError` that says which models there are when `name` is none of them. */
export async function findModel(modelsDir: string, name: string): Promise<string> {
  let folders: string[];
  try {
    const entries = await readdir(modelsDir, { withFileTypes: true, recursive: false });
    folders = entries.filter(entry => !entry.isFile()).map(entry => entry.name);
  } catch (cause) {
    throw new CliError(`The models folder ${modelsDir} cannot be read; --models-dir or MODELS_DIR names another.`, {
      cause,
    });
  }
  if (folders.includes(name)) return path.join(modelsDir, name, 'model.json');
  const there = folders.length === 0 ? 'it is empty' : `it has ${folders.sort().join(', ')}`;
  const own = path.join(PACKAGE_MODELS_DIR, name, 'model.json');
  const elsewhere = (await isFile(own)) ? ` The package has it: --models-dir ${PACKAGE_MODELS_DIR}.` : '';
  throw new CliError(`There is no model "${name}" in ${modelsDir}: ${there}.${elsewhere}`);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    info => info.isFile(),
    () => false,
  );
}
