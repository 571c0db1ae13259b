import { type Config, ConfigError, readConfig } from '../config.ts';
import { CliError } from './cli-error.ts';

/** Options of a command that stand for variables of the service. */
export interface ConfigFlags {
  model: string | undefined;
  modelsDir: string | undefined;
  engines: string | undefined;
}

/** Who may ask the service, and where: a command does not listen. */
const OF_LISTENERS = ['HOST', 'PORT', 'METRICS_PORT', 'API_KEYS', 'API_KEYS_FILE', 'CORS_ORIGINS'];

/**
 * What the service's configuration is for a command: options first, then the environment, then `defaults` of the command's own,
 * then the service's. Throws a `CliError` that names what is wrong: the option where one was given, or the variable.
 */
export function commandConfig({ model, modelsDir, engines }: ConfigFlags, defaults: Record<string, string>): Config {
  const { env } = process;
  const options = [
    { flag: '--model', variable: 'MODEL', value: model },
    { flag: '--models-dir', variable: 'MODELS_DIR', value: modelsDir },
    { flag: '--engines', variable: 'ENGINES', value: engines },
  ].filter(({ value }) => value !== undefined);
  const isUnset = ([name]: [string, string]) => !env[name]?.trim();
  try {
    return readConfig({
      ...env,
      ...Object.fromEntries(Object.entries(defaults).filter(isUnset)),
      ...Object.fromEntries(OF_LISTENERS.map(name => [name, undefined])),
      ...Object.fromEntries(options.map(({ variable, value }) => [variable, value])),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const flagOf = (name: string) => options.find(({ variable }) => variable === name)?.flag ?? name;
    throw new CliError(error.message.replaceAll(/^[A-Z_]+(?= is )/gm, flagOf), { cause: error });
  }
}
