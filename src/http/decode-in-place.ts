import type { Place } from './find-picture.ts';
import { unescapeInPlace } from './unescape-in-place.ts';

/** As a string that V8 keeps where it lives shortest. A multiple of the four digits that are three bytes. */
const PIECE_DIGITS = 64 * 1024;

const [FIRST_NO_CONTROL, COMMA, PADDING] = [0x20, 0x2c, 0x3d];
const DATA = Buffer.from('data:');

/**
 * The same as `decodeBase64(JSON.parse(…))` of a string that is in `body` between its quotation marks, without a copy: the bytes are written
 * over the text. A picture of 14.5 MB would be 38 MB of text and string, garbage that V8 may leave for long, and 14.5 MB more than its body
 * until it is answered. What is written never overtakes what is read: four digits are longer than three bytes.
 *
 * @returns a view of `body`; undefined for what is not base64
 * @throws SyntaxError for what no JSON string has
 */
export function decodeInPlace(body: Buffer, { from, to }: Place): Buffer | undefined {
  const given = body.subarray(from, unescapeInPlace(body, { from, to }));
  const text = given.subarray(isPrefixed(given) ? given.indexOf(COMMA) + 1 : 0);
  assertNoControls(given.subarray(0, given.length - text.length));

  const padding = text.at(-1) !== PADDING ? 0 : text.at(-2) !== PADDING ? 1 : 2;
  const digits = text.length - padding;
  const isUrlSafe = text.includes('-') || text.includes('_');
  const isPaddedWrongly = padding > 0 && text.length % 4 !== 0;
  const decoded = isUrlSafe || isPaddedWrongly || digits % 4 === 1 ? 0 : decodeDigits(text, digits);
  if (decoded === digits && digits > 0) return text.subarray(0, bytesOf(digits));
  assertNoControls(text.subarray(decoded));
  return undefined;
}

function isPrefixed(given: Buffer): boolean {
  return given.subarray(0, DATA.length).equals(DATA);
}

/** @returns how many digits are decoded; as many of `text` are overwritten at most, and those behind them are what they were */
function decodeDigits(text: Buffer, digits: number): number {
  for (let at = 0; at < digits; at += PIECE_DIGITS) {
    const piece = text.toString('latin1', at, Math.min(digits, at + PIECE_DIGITS));
    const bytes = bytesOf(piece.length);
    // What is not base64 is skipped: then there are fewer bytes.
    if (text.write(piece, bytesOf(at), bytes, 'base64') === bytes) continue;
    text.write(piece, at, 'latin1');
    return at;
  }
  return digits;
}

function bytesOf(digits: number): number {
  return Math.floor((digits * 3) / 4);
}

function assertNoControls(text: Buffer): void {
  for (let at = 0; at < text.length; at++) {
    if (text[at]! < FIRST_NO_CONTROL) throw new SyntaxError('There is a control character in a string.');
  }
}
