import { readFile } from 'node:fs/promises';
import { CliError } from '../cli-error.ts';

/**
 * The names in an index that lies with an output, and what is noted of each; none where there is no index yet. Throws a `CliError`.
 *
 * @param remedy what to do about a file that is none of ours
 */
export async function readIndex<T>(index: string, remedy: string): Promise<Map<string, T>> {
  const text = await readFile(index, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}';
    throw new CliError(`${index} cannot be read: ${cause.message}.`, { cause });
  });
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, T>));
  } catch (cause) {
    throw new CliError(`${index} is not of this command; ${remedy}.`, { cause });
  }
}
