const SHORT = 3;
const LONG = 4;

type Tag = [tag: number, type: number, count: number, value: number];

/** A TIFF, 8 x 8 in grey, little endian, of so many bytes in all. Its directory comes last but for `bytes` that tags may lie in. */
export function taggedTiff(more: (at: number, left: number) => Tag[], { bytes = 0, isBig = false } = {}): Buffer {
  const at = 100;
  const [pointer, count] = isBig ? [8, 8] : [4, 2];
  const picture: Tag[] = [
    [256, SHORT, 1, 8],
    [257, SHORT, 1, 8],
    [258, SHORT, 1, 8],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 1],
    [273, LONG, 1, 20],
    [277, SHORT, 1, 1],
    [278, SHORT, 1, 8],
    [279, LONG, 1, 64],
  ];
  const entryBytes = 4 + 2 * pointer;
  const end = at + count + (picture.length + more(0, 0).length) * entryBytes + pointer;
  const tags = [...picture, ...more(end, bytes)];
  const file = Buffer.alloc(end + bytes);
  const write = (value: number, offset: number, size: number) =>
    size === 8 ? file.writeBigUInt64LE(BigInt(value), offset) : file.writeUIntLE(value, offset, size);
  file.write('II');
  write(isBig ? 43 : 42, 2, 2);
  if (isBig) write(8, 4, 2);
  write(at, isBig ? 8 : 4, pointer);
  write(tags.length, at, count);
  tags.forEach(([tag, type, values, value], index) => {
    const entry = at + count + index * entryBytes;
    write(tag, entry, 2);
    write(type, entry + 2, 2);
    write(values, entry + 4, pointer);
    write(value, entry + 4 + pointer, pointer);
  });
  return file;
}

/** Tags that nobody knows; each is one number unless `tag` says otherwise. */
export const unknownTags = (
  count: number,
  tag: (index: number) => Partial<Record<'type' | 'count' | 'value', number>>,
) =>
  Array.from({ length: count }, (_, index): Tag => {
    const { type = LONG, count: values = 1, value = 7 } = tag(index);
    return [40_000 + index, type, values, value];
  });
