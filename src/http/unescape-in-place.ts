import type { Place } from './find-picture.ts';

/** Stands for what an escape may say, but base64 has not: what is beyond ASCII, and control characters, which nothing but an escape may say. */
export const NO_DIGIT = 0xff;

const [BACKSLASH, UNICODE] = [0x5c, 0x75];
/** What a backslash says before a character, by its code. */
const SHORT: readonly (number | undefined)[] = shortEscapes();

/**
 * Writes what the escapes of a JSON string stand for over them: PHP sends `\/`, .NET `\u002B`. For base64 alone: see `NO_DIGIT`.
 *
 * @param place between its quotation marks
 * @returns where it ends now
 * @throws SyntaxError for an escape that JSON does not know
 */
export function unescapeInPlace(body: Buffer, { from, to }: Place): number {
  const first = body.subarray(from, to).indexOf(BACKSLASH);
  if (first === -1) return to;
  let written = from + first;
  for (let at = written; at < to; at++) {
    let byte = body[at]!;
    if (byte === BACKSLASH) {
      at += 1;
      const escaped = body[at]!;
      if (escaped === UNICODE) {
        byte = printable(codeAt(body, at + 1));
        at += 4;
      } else {
        byte = SHORT[escaped] ?? unknownEscape();
      }
    }
    body[written] = byte;
    written += 1;
  }
  return written;
}

function shortEscapes(): (number | undefined)[] {
  const meanings: (number | undefined)[] = [];
  for (const same of '"\\/') meanings[same.charCodeAt(0)] = same.charCodeAt(0);
  for (const control of 'bfnrt') meanings[control.charCodeAt(0)] = NO_DIGIT;
  return meanings;
}

function printable(code: number): number {
  return code >= 0x20 && code < 0x80 ? code : NO_DIGIT;
}

/** Of the four hexadecimal digits that begin there. Behind the string is its quotation mark, which is none. */
function codeAt(body: Buffer, from: number): number {
  let code = 0;
  for (let at = from; at < from + 4; at++) code = code * 16 + hexadecimal(body[at]!);
  return code;
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : unknownEscape();
}

function unknownEscape(): never {
  throw new SyntaxError('There is an escape that JSON does not know.');
}
