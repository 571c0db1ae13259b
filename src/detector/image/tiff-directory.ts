const CLASSIC = { magic: 42, first: 4, pointerBytes: 4, countBytes: 2, entryBytes: 12 };
const BIG = { magic: 43, first: 8, pointerBytes: 8, countBytes: 8, entryBytes: 20 };

/** Of one value, by its type (TIFF 6.0, section 2, and BigTIFF). */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

export interface TiffDirectory {
  tags: number;
  /** Of all values that lie outside of it; what is said to be more than the whole file counts as that. */
  valueBytes(): number;
  /** Where the pointer to the second is, and where that points: NaN when it is not there. */
  next: number;
  pointerBytes: number;
  second: number;
}

/** The first directory of a TIFF; undefined where it does not lie within these bytes. */
export function readDirectory(tiff: Uint8Array): TiffDirectory | undefined {
  const bytes = Buffer.from(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (bytes.length < 16) return undefined;
  const isLittle = bytes.toString('latin1', 0, 2) === 'II';
  const read = (at: number, count: number): number => {
    if (!(at + count <= bytes.length)) return Number.NaN; // NaN compares with nothing
    if (count === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return isLittle ? bytes.readUIntLE(at, count) : bytes.readUIntBE(at, count);
  };
  const { first, pointerBytes, countBytes, entryBytes } = read(2, 2) === BIG.magic ? BIG : CLASSIC;
  const at = read(first, pointerBytes);
  const tags = read(at, countBytes);
  const entries = at + countBytes;
  const next = entries + tags * entryBytes;
  if (!(next <= bytes.length)) return undefined;

  function valueBytes(): number {
    let sum = 0;
    for (let entry = entries; entry < next; entry += entryBytes) {
      const size = (VALUE_BYTES[read(entry + 2, 2)] ?? 0) * read(entry + 4, pointerBytes);
      if (size > pointerBytes) sum += Math.min(size, bytes.length);
    }
    return sum;
  }

  return { tags, valueBytes, next, pointerBytes, second: read(next, pointerBytes) };
}
