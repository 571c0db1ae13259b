/** A marker segment, its length included. */
function segment(code: number, ...data: number[]): number[] {
  return [0xff, code, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
}

/**
 * A valid progressive JPEG of one block, all grey, in `scans` scans: one of the DC coefficients, then two for each AC
 * coefficient of each component (T.81, annex G). Every Huffman table has one symbol, whose code is a single 0 bit.
 *
 * @param scans at most 1 + 126 * components
 * @param components 1: grey, 3: colour, 4: CMYK
 */
export function manyScans(scans: number, components: 1 | 3 | 4 = 3): Buffer {
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const oneSymbol = [1, ...new Array<number>(15).fill(0), 0];
  const bytes = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    ...segment(0xc2, 8, 0, 8, 0, 8, components, ...ids.flatMap(id => [id, 0x11, 0])),
    ...segment(0xc4, 0x00, ...oneSymbol),
    ...segment(0xc4, 0x10, ...oneSymbol),
    ...segment(0xda, components, ...ids.flatMap(id => [id, 0]), 0, 0, 0),
    0xff >> components,
  ];
  let written = 1;
  for (let k = 1; k < 64; k++) {
    for (const id of ids) {
      // The coefficient without its last bit, then the last bit.
      for (const bits of [0x01, 0x10]) {
        if (written++ < scans) bytes.push(...segment(0xda, 1, id, 0, k, k, bits), 0x7f);
      }
    }
  }
  return Buffer.from([...bytes, 0xff, 0xd9]);
}
