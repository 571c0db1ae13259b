/** A marker segment, its length included. */
function segment(code: number, ...data: number[]): number[] {
  return [0xff, code, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
}

/**
 * A valid progressive JPEG of one block, all grey, in `scans` scans: one of the DC coefficients, then those of the AC
 * coefficients of each component (T.81, annex G). Every Huffman table has one symbol, whose code is a single 0 bit.
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
  for (const [index, id] of ids.entries()) {
    const own = Math.floor((scans - 1 + index) / components);
    for (const scan of scansOfCoefficients(own)) bytes.push(...segment(0xda, 1, id, 0, ...scan), 0x7f);
  }
  return Buffer.from([...bytes, 0xff, 0xd9]);
}

/** First and last coefficient, and which bits: all AC coefficients in so many scans. */
function scansOfCoefficients(scans: number): [first: number, last: number, bits: number][] {
  const all = Array.from({ length: 63 }, (_, index) => index + 1);
  if (scans <= 63) return all.slice(0, scans).map(k => [k, k === scans ? 63 : k, 0x00]);
  // Those that come in two: without the last bit, then the last bit.
  return all.flatMap(k =>
    k <= scans - 63
      ? [
          [k, k, 0x01],
          [k, k, 0x10],
        ]
      : [[k, k, 0x00]],
  );
}

/** A baseline JPEG, all grey, with a scan for each of its three components, not one for all; valid where none is left out. */
export function threeScans(width: number, height: number, present: readonly number[] = [1, 2, 3]): Buffer {
  const oneSymbol = [1, ...new Array<number>(15).fill(0), 0];
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    ...segment(0xc0, 8, ...size, 3, ...[1, 2, 3].flatMap(id => [id, 0x11, 0])),
    ...segment(0xc4, 0x00, ...oneSymbol),
    ...segment(0xc4, 0x10, ...oneSymbol),
  ];
  // A bit for "no difference", one for "no more coefficients", a block.
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const coded = new Array<number>(Math.floor(blocks / 4)).fill(0);
  if (blocks % 4 > 0) coded.push(0xff >> (2 * (blocks % 4)));
  const scans = present.flatMap(id => [...segment(0xda, 1, id, 0, 0, 63, 0), ...coded]);
  return Buffer.from([...head, ...scans, 0xff, 0xd9]);
}
