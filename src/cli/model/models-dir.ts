/** As the service has it: MODELS_DIR, or `models` in the working folder. */
export function modelsDir(given: string | undefined): string {
  return given ?? (process.env.MODELS_DIR?.trim() || 'models');
}
