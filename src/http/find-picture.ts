/** Bytes of a body: from the first to before the last. */
export interface Place {
  from: number;
  to: number;
}

const [QUOTE, BACKSLASH, COLON, IMAGE] = [0x22, 0x5c, 0x3a, Buffer.from('image')];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** More than a body with options has, whose keys and elements are bounded. 20 MB hold twenty million, each of which would be looked for. */
const MAX_QUOTES = 100_000;

/**
 * Where the picture of a JSON body is: what is between the quotation marks of the value of `image`, the last one if there are several, as in
 * `JSON.parse`. A string begins and ends where it does whether the text is JSON or not: if it is none, it is none without what is in the string,
 * or there is something in that which no string has.
 *
 * @returns undefined where it is not sure: there may be a picture all the same
 */
export function findPicture(json: Buffer): Place | undefined {
  let found: Place | undefined;
  let depth = 0;
  let quotes = 0;

  /** Of the string that begins there, where the quotation mark is that ends it. */
  function endOf(from: number): number {
    for (let end = json.indexOf(QUOTE, from); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
      quotes += 1;
      if (quotes > MAX_QUOTES) return -1;
      let escapes = end;
      while (escapes > from && json[escapes - 1] === BACKSLASH) escapes -= 1;
      if ((end - escapes) % 2 === 0) return end;
    }
    return -1;
  }

  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    if (byte !== QUOTE) continue;

    const key: Place = { from: at + 1, to: endOf(at + 1) };
    if (key.to === -1) return undefined;
    at = key.to;
    const colon = behindBlanks(json, at + 1);
    if (depth !== 1 || json[colon] !== COLON) continue;
    const name = json.subarray(key.from, key.to);
    if (name.includes(BACKSLASH)) return undefined; // it may be another way to write `image`
    if (!name.equals(IMAGE)) continue;

    found = undefined;
    const value = behindBlanks(json, colon + 1);
    at = value - 1;
    if (json[value] !== QUOTE) continue;
    found = { from: value + 1, to: endOf(value + 1) };
    if (found.to === -1) return undefined;
    at = found.to;
  }
  return found;
}

function behindBlanks(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}
