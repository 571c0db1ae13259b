const SOF0 = 0xc0;
export const EOI = 0xd9;
export const SOS = 0xda;

/**
 * The next 0xff that is no stuffed byte of coded data, no fill byte and no marker without a segment: RST, SOI, TEM, and the
 * reserved ones, which a decoder that looks for its RST passes over. Scans could hide in a segment of theirs.
 */
export function nextMarker(bytes: Buffer, from: number): { at: number; code: number } | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1]!;
    if (code >= SOF0 && code < 0xff && !(code >= 0xd0 && code <= 0xd8)) return { at, code };
  }
  return undefined;
}
