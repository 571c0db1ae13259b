import { isAscii } from 'node:buffer';
import type { Place } from './find-picture.ts';

/** How much structure a JSON text may have. A picture in base64 has none, whatever its size. */
export interface JsonLimits {
  /** Arrays, objects and keys: `[`, `{` and `:`, those inside strings included. */
  containers: number;
  /** Elements: `,`. */
  elements: number;
  /** Strings: two `"`, or an escaped one inside. Default: as many as there is room for. */
  strings?: number;
}

export class JsonTooLarge extends Error {}

/** Told of the bytes that work on a body takes beside it; throws `ServiceError` when there is no room for them. */
export type HoldMore = (bytes: number) => void;

/** Of JSON that is not worth counting: options have some hundred bytes. */
const FREE_BYTES = 64 * 1024;
/** What a byte of text takes: itself, again as a string, and three quarters of it as a picture. In two bytes a character beyond ASCII. */
const ASCII_TIMES = 3;
const UNICODE_TIMES = 5;
/** In two lists, one inside the other and flat. */
const ELEMENT_BYTES = 24;

/**
 * `JSON.parse` of UTF-8 bytes. 20 MB of base64 take 30 ms, 20 MB of `[]` or of short keys take 2 to 5 s in which nothing else is
 * answered, so that is counted first. Throws `JsonTooLarge`, what `hold` throws, and `SyntaxError` for what is no JSON.
 *
 * @param without a string in it, between its quotation marks: it is left out, and empty in what is returned
 */
export function parseJson(
  bytes: Buffer,
  { containers, elements, strings = Number.POSITIVE_INFINITY }: JsonLimits,
  hold: HoldMore,
  without: Place = { from: 0, to: 0 },
): unknown {
  const open = count(bytes, '[', containers) + count(bytes, '{', containers) + count(bytes, ':', containers);
  if (open > containers) throw new JsonTooLarge(`more than ${containers} arrays, objects and keys`);
  const commas = count(bytes, ',', elements);
  if (commas > elements) throw new JsonTooLarge(`more than ${elements} elements`);

  if (strings < bytes.length && count(bytes, '"', 2 * strings) > 2 * strings) {
    throw new JsonTooLarge(`more than ${strings} strings`);
  }

  const parts = [bytes.subarray(0, without.from), bytes.subarray(without.to)];
  const length = bytes.length - (without.to - without.from);
  const isPlain = parts.every(isAscii);
  if (length > FREE_BYTES) hold(length * (isPlain ? ASCII_TIMES : UNICODE_TIMES) + commas * ELEMENT_BYTES);
  return JSON.parse(parts.map(part => part.toString(isPlain ? 'latin1' : 'utf8')).join(''));
}

/** Stops one beyond `most`. */
function count(bytes: Buffer, character: string, most: number): number {
  const code = character.charCodeAt(0);
  let found = 0;
  for (let at = bytes.indexOf(code); at !== -1 && found <= most; at = bytes.indexOf(code, at + 1)) found += 1;
  return found;
}
