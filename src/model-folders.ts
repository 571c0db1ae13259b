import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGE_MODELS_DIR } from './default-models-dir.ts';

/** Whatever in `modelsDir` is no file: a folder, or a link, which may lead to one. Rejects where it cannot be read. */
export async function foldersIn(modelsDir: string): Promise<string[]> {
  const entries = await readdir(modelsDir, { withFileTypes: true });
  return entries.filter(entry => !entry.isFile()).map(entry => entry.name);
}

/** The folders of `modelsDir` that hold a manifest, by name; others, such as models/export, are no models. Rejects where it cannot be read. */
export async function modelFolders(modelsDir: string): Promise<string[]> {
  const names = await readdir(modelsDir);
  const haveOne = await Promise.all(names.map(name => isFile(path.join(modelsDir, name, 'model.json'))));
  return names.filter((_, index) => haveOne[index]).sort();
}

/** Whether the package has a model in this folder. */
export async function isInPackage(folder: string): Promise<boolean> {
  return (await modelFolders(PACKAGE_MODELS_DIR).catch((): string[] => [])).includes(folder);
}

function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    info => info.isFile(),
    () => false,
  );
}
