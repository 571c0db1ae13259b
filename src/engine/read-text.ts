import { readFileSync } from 'node:fs';

/** Text of a file, or undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

export const readText: ReadText = path => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
