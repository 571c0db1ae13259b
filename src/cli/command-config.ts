import { type Config, ConfigError, readConfig } from '../config.ts';
import { CliError } from './cli-error.ts';

/** Options of a command that stand for variables of the service. */
export interface ConfigFlags {
  model: string | undefined;
  modelsDir: string | undefined;
  engines: string | undefined;
}

/**
 * What the service's configuration is for a command: options first, then the environment, then `defaults` of the command's own,
 * then the service's. Keys are none of its business. Throws a `CliError` that names every wrong variable.
 */
export function commandConfig({ model, modelsDir, engines }: ConfigFlags, defaults: Record<string, string>): Config {
  const { env } = process;
  const isGiven = ([, value]: [string, string | undefined]) => value !== undefined;
  const isUnset = ([name]: [string, string]) => !env[name]?.trim();
  try {
    return readConfig({
      ...env,
      ...Object.fromEntries(Object.entries(defaults).filter(isUnset)),
      API_KEYS: undefined,
      API_KEYS_FILE: undefined,
      ...Object.fromEntries(Object.entries({ MODEL: model, MODELS_DIR: modelsDir, ENGINES: engines }).filter(isGiven)),
    });
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, { cause: error }) : error;
  }
}
