/** A marker segment, its length included. */
function segment(code: number, ...data: number[]): number[] {
  return [0xff, code, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
}

/** So many 0 bits, and 1 bits up to the end of a byte (T.81, F.1.2.3). */
function zeroBits(count: number): number[] {
  const bytes = new Array<number>(Math.floor(count / 8)).fill(0);
  return count % 8 === 0 ? bytes : [...bytes, 0xff >> (count % 8)];
}

/** The longest run of blocks without coefficients that one symbol says is of 2^14 blocks, and more bits (T.81, table G.1). */
const LONGEST_RUN = 14;

/**
 * A valid progressive JPEG, all grey, in `scans` scans: one of the DC coefficients, then those of the AC coefficients of each
 * component (T.81, annex G). Every Huffman table has one symbol, whose code is a single 0 bit: a block's DC coefficient does not
 * differ, 2^n blocks have no AC coefficients.
 *
 * @param scans at most 1 + 63 * 14 * components
 * @param components 1: grey, 3: colour, 4: CMYK
 * @param side width and height, pixels: 8, 16, 32 ... 32768
 */
export function manyScans(scans: number, components: 1 | 3 | 4 = 3, side = 8): Buffer {
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const blocks = (side / 8) ** 2;
  const run = Math.min(LONGEST_RUN, Math.log2(blocks));
  const size = [side >> 8, side & 0xff];
  const oneSymbol = (symbol: number) => [1, ...new Array<number>(15).fill(0), symbol];
  const bytes = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array<number>(64).fill(1)),
    ...segment(0xc2, 8, ...size, ...size, components, ...ids.flatMap(id => [id, 0x11, 0])),
    ...segment(0xc4, 0x00, ...oneSymbol(0)),
    ...segment(0xc4, 0x10, ...oneSymbol(run << 4)),
    ...segment(0xda, components, ...ids.flatMap(id => [id, 0]), 0, 0, 0),
    ...zeroBits(blocks * components),
  ];
  const withoutCoefficients = zeroBits((blocks / 2 ** run) * (1 + run));
  for (const [index, id] of ids.entries()) {
    const own = Math.floor((scans - 1 + index) / components);
    for (const scan of scansOfCoefficients(own))
      bytes.push(...segment(0xda, 1, id, 0, ...scan), ...withoutCoefficients);
  }
  return Buffer.from([...bytes, 0xff, 0xd9]);
}

/** First and last coefficient, and which bits (the last one before, the last one now): all AC coefficients in so many scans. */
function scansOfCoefficients(scans: number): [first: number, last: number, bits: number][] {
  const all = Array.from({ length: 63 }, (_, index) => index + 1);
  if (scans <= 63) return all.slice(0, scans).map(k => [k, k === scans ? 63 : k, 0x00]);
  return all.flatMap(k => {
    const own = 1 + Math.floor((scans - k) / 63);
    // Without the last bits, then one of them in each scan.
    return Array.from({ length: own }, (_, index) => {
      const left = own - 1 - index;
      return [k, k, index === 0 ? left : ((left + 1) << 4) | left];
    });
  });
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
  const coded = zeroBits(2 * Math.ceil(width / 8) * Math.ceil(height / 8));
  const scans = present.flatMap(id => [...segment(0xda, 1, id, 0, 0, 63, 0), ...coded]);
  return Buffer.from([...head, ...scans, 0xff, 0xd9]);
}
