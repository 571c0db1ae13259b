import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { hasHeavyTags } from '../../../src/detector/image/has-heavy-tags.ts';

const LIMITS = { maxPixels: 1_000_000, formats: ['tiff'] as const };
const whole = ({ width, height }: { width: number; height: number }) => ({ width, height });
const SHORT = 3;
const LONG = 4;

type Tag = [tag: number, type: number, count: number, value: number];

/** 8 x 8 in grey, little endian, of so many bytes in all. Its directory comes last but for `bytes` that tags may lie in. */
function tiff(more: (at: number, left: number) => Tag[], { bytes = 0, isBig = false } = {}): Buffer {
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

const unknown = (count: number, tag: (index: number) => Partial<Record<'type' | 'count' | 'value', number>>) =>
  Array.from({ length: count }, (_, index): Tag => {
    const { type = LONG, count: values = 1, value = 7 } = tag(index);
    return [40_000 + index, type, values, value];
  });

const FORMS: Record<string, (isBig: boolean) => [bytes: Buffer, isHeavy: boolean]> = {
  'no other tag': isBig => [tiff(() => [], { isBig }), false],
  'a hundred tags that nobody knows': isBig => [tiff(() => unknown(100, () => ({})), { isBig }), false],
  'a thousand': isBig => [tiff(() => unknown(1000, () => ({})), { isBig }), true],
  'a tag that is larger than the file': isBig => [tiff(() => unknown(1, () => ({ count: 2 ** 31 })), { isBig }), false],
  'tags that share the file': isBig => [
    tiff((at, left) => unknown(10, index => ({ count: left / 40, value: at + (index * left) / 10 })), {
      bytes: 4000,
      isBig,
    }),
    false,
  ],
  'tags that are all of the file': isBig => [
    tiff((at, left) => unknown(10, () => ({ count: left / 4, value: at })), { bytes: 4000, isBig }),
    true,
  ],
};

for (const [name, form] of Object.entries(FORMS)) {
  for (const isBig of [false, true]) {
    test(`a ${isBig ? 'BigTIFF' : 'TIFF'} with ${name}`, async () => {
      const [bytes, isHeavy] = form(isBig);
      assert.equal(hasHeavyTags(bytes), isHeavy);
      if (isHeavy) {
        await assert.rejects(decodePicture(bytes, LIMITS, whole), {
          code: 'unprocessable_image',
          message: /^The TIFF has more in its tags than a picture; /,
        });
      } else assert.equal((await decodePicture(bytes, LIMITS, whole)).width, 8);
    });
  }
}

test('tags count without a pointer behind them, too', async () => {
  const bytes = tiff(() => unknown(1000, () => ({}))).subarray(0, -4);
  assert.equal((await sharp(Buffer.from(bytes)).metadata()).width, 8, 'libtiff reads it');
  assert.equal(hasHeavyTags(bytes), true);
});

test('a TIFF of everything that sharp writes has no heavy tags', async () => {
  const create = { width: 64, height: 48, channels: 3 as const, background: 'red' };
  for (const options of [{ tile: true, pyramid: true }, { compression: 'jpeg' as const }, { bigtiff: true }]) {
    const bytes = await sharp({ create }).withMetadata({ icc: 'srgb' }).tiff(options).toBuffer();
    assert.equal(hasHeavyTags(bytes), false, JSON.stringify(options));
  }
});
