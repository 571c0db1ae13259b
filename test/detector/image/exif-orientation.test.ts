import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { exifOrientation } from '../../../src/detector/image/exif-orientation.ts';

const SCAN = [0xff, 0xda];
const segment = (marker: number, body: readonly number[]) => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 0xff,
  ...body,
];
const jpeg = (...parts: readonly number[][]) => Uint8Array.from([0xff, 0xd8, ...parts.flat(), ...SCAN, 0, 8]);

const USUAL = { order: 'II', magic: 42, at: 8, tag: 0x0112, type: 3, count: 1, value: 6 };

/** One directory with one entry for each value. */
function exif(options: Partial<typeof USUAL> & { values?: number[] } = {}): number[] {
  const { order, magic, at, tag, type, count, value, values = [value] } = { ...USUAL, ...options };
  const little = order === 'II';
  const short = (number: number) => (little ? [number & 0xff, number >> 8] : [number >> 8, number & 0xff]);
  const long = (number: number) => (little ? [...short(number), 0, 0] : [0, 0, ...short(number)]);
  const head = [...Buffer.from(order), ...short(magic), ...long(at), ...short(values.length)];
  const entries = values.flatMap(one => [...short(tag), ...short(type), ...long(count), ...short(one), 0, 0]);
  return segment(0xe1, [...Buffer.from('Exif\0\0'), ...head, ...entries, ...long(0)]);
}

const cases: [string, Uint8Array, number | undefined][] = [
  ['no EXIF', jpeg(segment(0xe0, [1, 2, 3])), 1],
  ['little endian', jpeg(exif()), 6],
  ['big endian', jpeg(exif({ order: 'MM', value: 8 })), 8],
  ['behind other segments and fill bytes', jpeg(segment(0xe0, [0]), [0xff, 0xff], exif({ value: 3 })), 3],
  ['another APP1 (XMP) is no EXIF', jpeg(segment(0xe1, [...Buffer.from('http://ns')])), 1],
  ['a directory without the tag', jpeg(exif({ tag: 0x0110 })), 1],
  ['twice', jpeg(exif(), exif()), undefined],
  ['two tags, of which libvips takes the first', jpeg(exif({ values: [6, 1] })), undefined],
  ['orientation 0', jpeg(exif({ value: 0 })), undefined],
  ['orientation 9', jpeg(exif({ value: 9 })), undefined],
  ['not a short', jpeg(exif({ type: 4 })), undefined],
  ['two of them', jpeg(exif({ count: 2 })), undefined],
  ['no byte order', jpeg(exif({ order: 'XX' })), undefined],
  ['no TIFF', jpeg(exif({ magic: 43 })), undefined],
  ['the directory lies elsewhere', jpeg(exif({ at: 500 })), undefined],
  ['an EXIF segment that ends at once', jpeg(segment(0xe1, [...Buffer.from('Exif\0\0')])), undefined],
  ['a segment longer than the file', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0]), undefined],
  ['a length of 0', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), undefined],
  ['garbage between segments', jpeg([1, 2, 3, 4]), undefined],
  ['a marker that belongs into a scan', jpeg([0xff, 0xd0, 0, 0]), undefined],
  ['no scan', Uint8Array.from([0xff, 0xd8, ...segment(0xe0, [1])]), undefined],
  ['nothing', new Uint8Array(), undefined],
];
for (const [name, bytes, expected] of cases) {
  test(`${name}: ${expected}`, () => assert.equal(exifOrientation(bytes), expected));
}

for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`${orientation}, as libvips writes it`, async () => {
    const bytes = await sharp({ create: { width: 9, height: 7, channels: 3, background: '#123' } })
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    assert.equal(exifOrientation(bytes), orientation);
  });
}
