import { MAX_PIECES } from './max-pieces.ts';

/** Of a file whose items are larger in all than this many times itself nothing more is read: they may all be the same bytes. */
const MOST_TIMES = 4;

/**
 * The data of each item of an AVIF (ISO 14496-12, 8.11.3), whatever it is: pictures, tiles, EXIF. What does not lie in the file is left out; no
 * decoder finds it, either.
 *
 * @returns undefined where they are much more than the file, or more than `MAX_PIECES` with their extents
 */
export function avifItems(avif: Buffer): Buffer[] | undefined {
  const items: Buffer[] = [];
  let copied = 0;
  let left = MAX_PIECES;
  for (const meta of boxesOf(avif, 'meta')) {
    const inside = meta.subarray(4); // behind version and flags
    const [own] = boxesOf(inside, 'idat');
    for (const iloc of boxesOf(inside, 'iloc')) {
      const places = placesOf(iloc, left);
      if (places === undefined) return undefined;
      for (const { isOwn, extents } of places) {
        left -= 1 + extents.length;
        const from = isOwn ? own : avif;
        const parts = extents.map(({ at, length }) => from?.subarray(at, length === 0 ? undefined : at + length));
        const found = parts.filter(part => part !== undefined);
        if (found.length > 1) copied += found.reduce((sum, { length }) => sum + length, 0);
        if (copied > MOST_TIMES * avif.length) return undefined;
        items.push(found.length === 1 ? found[0]! : Buffer.concat(found));
      }
    }
  }
  return items;
}

/** What is in the boxes of a type (ISO 14496-12, 4.2). There may be millions of others: none is kept. */
function* boxesOf(bytes: Buffer, wanted: string): Generator<Buffer> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1 && at + 16 <= bytes.length;
    // 0: up to the end.
    const length = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? bytes.length - at : short;
    const head = isLong ? 16 : 8;
    if (length < head) break;
    if (bytes.toString('latin1', at + 4, at + 8) === wanted) yield bytes.subarray(at + head, at + length);
    at += length;
  }
}

interface ItemPlace {
  /** In the `idat` box beside, not in the file. */
  isOwn: boolean;
  extents: { at: number; length: number }[];
}

/** Of an `iloc` box, as far as it goes; undefined where they are more than `most`: an extent may be said in no byte at all. */
function placesOf(iloc: Buffer, most: number): ItemPlace[] | undefined {
  let at = 0;
  let pieces = 0;
  const read = (size: number): number => {
    const from = at;
    at += size;
    if (at > iloc.length) return 0;
    return size === 8 ? Number(iloc.readBigUInt64BE(from)) : size === 0 ? 0 : iloc.readUIntBE(from, size);
  };
  const version = read(1);
  read(3);
  const sizes = read(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15].map(plainSize);
  const indexSize = version === 0 ? 0 : plainSize(sizes & 15);
  const places: ItemPlace[] = [];
  for (let items = read(version < 2 ? 2 : 4); items > 0 && at < iloc.length; items--) {
    pieces += 1;
    if (pieces > most) return undefined;
    read(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : read(2) & 15;
    read(2);
    const base = read(baseSize!);
    const extents: ItemPlace['extents'] = [];
    for (let left = read(2); left > 0 && at < iloc.length; left--) {
      pieces += 1;
      if (pieces > most) return undefined;
      read(indexSize);
      extents.push({ at: base + read(offsetSize!), length: read(lengthSize!) });
    }
    places.push({ isOwn: method === 1, extents });
  }
  return places;
}

/** 0, 4 or 8 are what there may be. */
function plainSize(size: number): number {
  return size === 4 || size === 8 ? size : 0;
}
