import { readFileSync } from 'node:fs';

/** What a key is made of, for sentences. */
export const KEY_SHAPE = '16 to 256 visible ASCII characters';

/** No comma, which separates them in `API_KEYS`. */
export function isApiKey(text: string): boolean {
  return /^[\x21-\x2b\x2d-\x7e]{16,256}$/.test(text);
}

/** The keys in a file, one a line; blanks around them and empty lines do not count. Throws an `Error` with a sentence that shows no key. */
export function readApiKeys(file: string): string[] {
  const lines = textOf(file)
    .split('\n')
    .map(line => line.trim());
  const wrong = lines.findIndex(line => line !== '' && !isApiKey(line));
  if (wrong >= 0) {
    throw new Error(
      `line ${wrong + 1} of it (not shown) is no key; expected one a line: ${KEY_SHAPE}, no comma among them.`,
    );
  }
  const keys = lines.filter(line => line !== '');
  // Whoever names a file wants the service closed: an empty one must not leave it open.
  if (keys.length === 0) throw new Error('it holds no key.');
  return keys;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`it cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
