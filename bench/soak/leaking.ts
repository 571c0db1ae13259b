import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Environment of a service that has a flaw, to show that it is found.
 *
 * @throws a sentence for one that there is not
 */
export function leaking(what: string): Record<string, string> {
  if (!['memory', 'descriptors', 'answers'].includes(what))
    throw new Error(`Expected memory, descriptors or answers for --leak but received ${what}.`);
  const module = pathToFileURL(path.join(import.meta.dirname, 'leak.js'));
  return { NODE_OPTIONS: `--import=${module}`, SOAK_LEAK: what };
}
