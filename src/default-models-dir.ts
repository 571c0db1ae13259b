import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OWN = fileURLToPath(new URL('../models', import.meta.url));

/** `models` in the working folder; where there is none, the folder that comes with the package. */
export function defaultModelsDir(): string {
  const isFolder = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return !isFolder('models') && isFolder(OWN) ? OWN : 'models';
}
