import { defaultModelsDir } from '../../default-models-dir.ts';

/** Where a model is looked for, as the service has it: MODELS_DIR, `models` in the working folder, or the package's. */
export function modelsDir(given: string | undefined): string {
  return named(given) ?? defaultModelsDir();
}

/** Where a model is made or changed: never in the package. */
export function newModelsDir(given: string | undefined): string {
  return named(given) ?? 'models';
}

function named(given: string | undefined): string | undefined {
  return given ?? (process.env.MODELS_DIR?.trim() || undefined);
}
