import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { firstDirectory } from '../../../src/detector/image/first-directory.ts';

const LIMITS = { maxPixels: 1_000_000, formats: ['tiff'] as const };
const whole = ({ width, height }: { width: number; height: number }) => ({ width, height });

/** 40 x 30 in one colour. */
async function tiff(bigtiff: boolean): Promise<Buffer> {
  const create = { width: 40, height: 30, channels: 3 as const, background: { r: 200, g: 100, b: 50 } };
  return sharp({ create }).tiff({ compression: 'none', bigtiff }).toBuffer();
}

/** Where the first directory begins, and where it ends: its pointer to the next. */
function firstOf(bytes: Buffer): [first: number, next: number] {
  if (bytes.readUInt16LE(2) === 42) {
    const first = bytes.readUInt32LE(4);
    return [first, first + 2 + bytes.readUInt16LE(first) * 12];
  }
  const first = Number(bytes.readBigUInt64LE(8));
  return [first, first + 8 + Number(bytes.readBigUInt64LE(first)) * 20];
}

/** With its directory so many times more, each of which points to the next. */
function withMore(page: Buffer, count: number): Buffer {
  const isBig = page.readUInt16LE(2) === 43;
  const [first, next] = firstOf(page);
  const pointer = (to: number) => {
    const bytes = Buffer.alloc(isBig ? 8 : 4);
    if (isBig) bytes.writeBigUInt64LE(BigInt(to));
    else bytes.writeUInt32LE(to);
    return bytes;
  };
  const directory = page.subarray(first, next);
  const start = page.length + (page.length % 2);
  const size = directory.length + pointer(0).length;
  const bytes = Buffer.alloc(start);
  page.copy(bytes);
  pointer(start).copy(bytes, next);
  const more = Array.from({ length: count }, (_, index) => [
    directory,
    pointer(index === count - 1 ? 0 : start + (index + 1) * size),
  ]);
  return Buffer.concat([bytes, ...more.flat()]);
}

for (const isBig of [false, true]) {
  const name = isBig ? 'a BigTIFF' : 'a TIFF';
  test(`${name} of one page stays as it is`, async () => {
    const page = await tiff(isBig);
    assert.equal(page.readUInt16LE(2), isBig ? 43 : 42);
    assert.equal(firstDirectory(page), page);
  });

  test(`${name} of many pages ends after its first, and is not changed itself`, async () => {
    const page = await tiff(isBig);
    const many = withMore(page, 1000);
    const before = Buffer.from(many);
    const first = firstDirectory(many);
    assert.ok(many.equals(before));
    assert.ok(Buffer.from(first.subarray(0, page.length)).equals(page), 'what sharp wrote');
    assert.equal((await sharp(Buffer.from(many)).metadata()).pages, 1001);
    assert.equal((await sharp(Buffer.from(first)).metadata()).pages ?? 1, 1);
    const { data, width, height } = await decodePicture(many, LIMITS, whole);
    assert.deepEqual([width, height, ...data.subarray(0, 3)], [40, 30, 200, 100, 50]);
  });
}

test('the last bytes first: a TIFF of the other byte order', () => {
  const bytes = Buffer.alloc(40);
  bytes.write('MM\0*', 'latin1');
  bytes.writeUInt32BE(8, 4);
  bytes.writeUInt16BE(1, 8);
  bytes.writeUInt32BE(26, 22);
  const ended = Buffer.from(firstDirectory(bytes));
  assert.deepEqual([ended.readUInt32BE(22), bytes.readUInt32BE(22)], [0, 26]);
});

test('what is wrong behind the first page of a TIFF is not met; a second page that is missing is', async () => {
  const page = await tiff(false);
  const [, next] = firstOf(page);
  const pointingTo = (to: number) => {
    const bytes = Buffer.from(page);
    bytes.writeUInt32LE(to, next);
    return bytes;
  };
  assert.equal((await decodePicture(pointingTo(4), LIMITS, whole)).width, 40);
  for (const beyond of [page.length, 0xfffffff0]) {
    const bytes = pointingTo(beyond);
    assert.equal(firstDirectory(bytes), bytes);
    await assert.rejects(decodePicture(bytes, LIMITS, whole), { code: 'unprocessable_image' });
  }
});

test('a TIFF whose directory lies outside of it, or goes beyond its end, is left to the decoder', async () => {
  const page = await tiff(false);
  const changes: ((bytes: Buffer) => unknown)[] = [
    bytes => bytes.writeUInt32LE(0xfffffff0, 4),
    bytes => bytes.writeUInt32LE(bytes.length - 1, 4),
    bytes => bytes.writeUInt16LE(0xffff, bytes.readUInt32LE(4)),
    // Of the pointer to the next half is there.
    bytes =>
      bytes.fill(1, bytes.length - 2) &&
      bytes.writeUInt32LE(bytes.length - 2 - 14, 4) &&
      bytes.writeUInt16LE(1, bytes.length - 16),
  ];
  for (const change of changes) {
    const bytes = Buffer.from(page);
    change(bytes);
    assert.equal(firstDirectory(bytes), bytes);
  }
  for (let length = 0; length < 16; length++) {
    const bytes = page.subarray(0, length);
    assert.equal(firstDirectory(bytes), bytes);
  }
});
