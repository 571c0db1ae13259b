/** Strict base64 (RFC 4648, 4), with or without padding, after an optional `data:…;base64,`; undefined for anything else. */
export function decodeBase64(given: string): Buffer | undefined {
  const text = given.startsWith('data:') ? given.slice(given.indexOf(',') + 1) : given;
  // Buffer looks at the low byte of a character only: Ł would be A.
  if (Buffer.byteLength(text) !== text.length) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64 and stops at padding. Then there are fewer bytes than the text's length promises: comparing lengths
  // costs nothing, encoding the bytes again would take as long as decoding did.
  const digits = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const isUrlSafe = text.includes('-') || text.includes('_');
  const isPaddedWrongly = digits < text.length && text.length % 4 !== 0;
  if (
    bytes.length === 0 ||
    isUrlSafe ||
    isPaddedWrongly ||
    bytes.length !== Math.floor((digits * 3) / 4) ||
    digits % 4 === 1
  ) {
    return undefined;
  }
  return bytes;
}
