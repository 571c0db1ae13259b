import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that comes with the package. */
export const PACKAGE_MODELS_DIR = fileURLToPath(new URL('../models', import.meta.url));

/** `models` in the working folder, whatever is in it; where there is none, that of the package. */
export function defaultModelsDir(): string {
  const isFolder = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return !isFolder('models') && isFolder(PACKAGE_MODELS_DIR) ? PACKAGE_MODELS_DIR : 'models';
}
