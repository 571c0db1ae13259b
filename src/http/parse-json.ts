import { isAscii } from 'node:buffer';

/** How much structure a JSON text may have. A picture in base64 has none, whatever its size. */
export interface JsonLimits {
  /** Arrays, objects and keys: `[`, `{` and `:`, those inside strings included. */
  containers: number;
  /** Elements: `,`. */
  elements: number;
}

export class JsonTooLarge extends Error {}

/**
 * `JSON.parse` of UTF-8 bytes. 20 MB of base64 take 30 ms, 20 MB of `[]` or of short keys take 2 to 5 s in which nothing else is
 * answered, so that is counted first. Throws `JsonTooLarge`, and `SyntaxError` for what is no JSON.
 */
export function parseJson(bytes: Buffer, { containers, elements }: JsonLimits): unknown {
  const open = count(bytes, '[', containers) + count(bytes, '{', containers) + count(bytes, ':', containers);
  if (open > containers) throw new JsonTooLarge(`more than ${containers} arrays, objects and keys`);
  if (count(bytes, ',', elements) > elements) throw new JsonTooLarge(`more than ${elements} elements`);
  return JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'));
}

/** Stops one beyond `most`. */
function count(bytes: Buffer, character: string, most: number): number {
  const code = character.charCodeAt(0);
  let found = 0;
  for (let at = bytes.indexOf(code); at !== -1 && found <= most; at = bytes.indexOf(code, at + 1)) found += 1;
  return found;
}
