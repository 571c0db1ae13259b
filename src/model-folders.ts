import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folders of `modelsDir` that hold a manifest, by name; others, such as models/export, are no models. Rejects where it cannot be read. */
export async function modelFolders(modelsDir: string): Promise<string[]> {
  const names = await readdir(modelsDir);
  const haveOne = await Promise.all(names.map(name => isFile(path.join(modelsDir, name, 'model.json'))));
  return names.filter((_, index) => haveOne[index]).sort();
}

function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    info => info.isFile(),
    () => false,
  );
}
