import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

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
  throw new CliError(`There is no model "${name}" in ${modelsDir}: ${there}.`);
}
