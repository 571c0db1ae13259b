const CLASSIC = { magic: 42, first: 4, pointerBytes: 4, countBytes: 2, entryBytes: 12 };
const BIG = { magic: 43, first: 8, pointerBytes: 8, countBytes: 8, entryBytes: 20 };

/**
 * A TIFF whose first directory is its last. Pictures are their first page, and libtiff follows the chain of all of them before it reads
 * any: 150,000 directories took it 1 to 5 s. The same bytes where there is no other page, or none in these bytes: something is missing then.
 */
export function firstDirectory(tiff: Uint8Array): Uint8Array {
  const bytes = Buffer.from(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (bytes.length < 16) return tiff;
  const isLittle = bytes.toString('latin1', 0, 2) === 'II';
  const read = (at: number, count: number): number => {
    if (!(at + count <= bytes.length)) return Number.NaN; // NaN compares with nothing
    if (count === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return isLittle ? bytes.readUIntLE(at, count) : bytes.readUIntBE(at, count);
  };
  const form = read(2, 2) === BIG.magic ? BIG : CLASSIC;
  const first = read(form.first, form.pointerBytes);
  const next = first + form.countBytes + read(first, form.countBytes) * form.entryBytes;
  const second = read(next, form.pointerBytes);
  if (!(second > 0 && second < bytes.length)) return tiff;
  const changed = Buffer.from(bytes);
  changed.fill(0, next, next + form.pointerBytes);
  return changed;
}
