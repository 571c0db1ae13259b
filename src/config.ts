import { readApiKeys } from './api-keys.ts';
import { VARIABLES } from './config-table.ts';
import type { GivenValues, Variable } from './config-variables.ts';
import { usableCpus } from './engine/usable-cpus.ts';
import { usableMemory } from './engine/usable-memory.ts';
import { openFilesLimit } from './proc/open-files-limit.ts';

type ValueOf<V> = V extends { read: (text: string) => infer T } ? Exclude<T, undefined> : never;

export type Config = { readonly [K in keyof typeof VARIABLES]: ValueOf<(typeof VARIABLES)[K]> };

interface GivenKeys {
  apiKeys?: readonly string[];
  apiKeysFile?: string;
}

/** `message` has one sentence a line for every wrong variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The configuration from environment variables. Blanks around a value are dropped; an empty value counts as not given,
 * as compose files and manifests write one for "not set". Throws one `ConfigError` that names every wrong variable.
 *
 * @param cpus that may be used
 * @param memory that may be used, bytes
 * @param openFiles most descriptors of a process
 */
export function readConfig(
  env: Record<string, string | undefined>,
  cpus: number = usableCpus(),
  memory: number = usableMemory(),
  openFiles: number = openFilesLimit(),
): Config {
  const problems: string[] = [];
  const given: Record<string, unknown> & GivenValues & GivenKeys = {};
  const table: Record<string, Variable<unknown>> = VARIABLES;
  for (const [key, variable] of Object.entries(table)) {
    const text = env[variable.env]?.trim() ?? '';
    if (text === '') continue;
    const value = variable.read(text);
    if (value !== undefined) given[key] = value;
    else problems.push(sentence(variable, text));
  }
  if (given.apiKeysFile !== undefined) {
    try {
      given.apiKeys = Object.freeze([...new Set([...(given.apiKeys ?? []), ...readApiKeys(given.apiKeysFile)])]);
    } catch (error) {
      problems.push(
        `${VARIABLES.apiKeysFile.env} is ${JSON.stringify(given.apiKeysFile)}: ${(error as Error).message}`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const values = Object.entries(table).map(([key, { fallback }]) => {
    return [
      key,
      given[key] ?? (typeof fallback === 'function' ? fallback(given, { cpus, memory, openFiles }) : fallback),
    ];
  });
  const config: Config = Object.freeze(Object.fromEntries(values));
  if (config.maxBufferedBytes < config.maxBodyBytes) {
    const { maxBufferedBytes, maxBodyBytes } = config;
    throw new ConfigError(
      `MAX_BUFFERED_BYTES is ${maxBufferedBytes}; expected at least MAX_BODY_BYTES, which is ${maxBodyBytes}.`,
    );
  }
  return config;
}

function sentence({ env, expected, secret }: Variable<unknown>, text: string): string {
  const shown = secret ? 'given, but its value (not shown) is not valid' : JSON.stringify(text.slice(0, 80));
  return `${env} is ${shown}; expected ${expected}.`;
}
