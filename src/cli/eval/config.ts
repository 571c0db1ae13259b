import { type Config, ConfigError, readConfig } from '../../config.ts';
import { CliError } from '../cli-error.ts';
import type { EvalOptions } from './options.ts';

/**
 * As the service reads it from the environment, options of the command first. But for the shape of the input: accuracy is
 * measured in the model's own, unless INPUT_SHAPE asks for what the service does.
 */
export function evalConfig({ model, modelsDir, engines }: EvalOptions): Config {
  const { INPUT_SHAPE, ...env } = process.env;
  try {
    return readConfig({
      ...env,
      INPUT_SHAPE: INPUT_SHAPE || 'fixed',
      API_KEYS: undefined,
      API_KEYS_FILE: undefined,
      MODEL: model,
      ...(modelsDir !== undefined && { MODELS_DIR: modelsDir }),
      ...(engines !== undefined && { ENGINES: engines }),
    });
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, { cause: error }) : error;
  }
}
