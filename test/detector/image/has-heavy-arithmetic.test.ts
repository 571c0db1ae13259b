import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { codingFlaw, MAX_SCANS } from '../../../src/detector/image/coding-flaw.ts';
import { decodeForViewing, decodePicture } from '../../../src/detector/image/decode.ts';
import { DEFAULT_MAX_PIXELS } from '../../../src/detector/types.ts';
import { arithmeticScans } from '../../support/arithmetic-scans.ts';

const LIMITS = { maxPixels: DEFAULT_MAX_PIXELS, formats: [] };
const asItIs = (picture: { width: number; height: number }) => picture;
const [WIDE, HIGH] = [6600, 5000];

test('an arithmetic-coded JPEG is decoded, in one scan or in many', async () => {
  for (const scans of [1, MAX_SCANS]) {
    const jpeg = arithmeticScans(scans, { width: 400, height: 300 });
    const { picture } = await decodePicture(jpeg, LIMITS, asItIs);
    assert.deepEqual(picture, { width: 400, height: 300 });
    await decodeForViewing(jpeg, LIMITS);
  }
});

test('one that has as many blocks in all its scans as the largest picture once has no flaw, one that has more has', () => {
  const large = { width: WIDE, height: HIGH };
  assert.equal(codingFlaw(arithmeticScans(1, large), 'jpeg'), undefined);
  assert.equal(codingFlaw(arithmeticScans(2, large), 'jpeg'), undefined);
  assert.equal(codingFlaw(arithmeticScans(3, large), 'jpeg'), 'heavy arithmetic');
  const progressive = Buffer.from(arithmeticScans(3, large));
  progressive[progressive.indexOf(Buffer.from([0xff, 0xc9])) + 1] = 0xca;
  assert.equal(codingFlaw(progressive, 'jpeg'), 'heavy arithmetic');
  const huffman = Buffer.from(arithmeticScans(3, large));
  huffman[huffman.indexOf(Buffer.from([0xff, 0xc9])) + 1] = 0xc0;
  assert.equal(codingFlaw(huffman, 'jpeg'), undefined, 'what has no bytes is left out');
});

test('components count as much as they are sampled, and blocks that are not full', () => {
  // Two scans of the first two components, one of the third: 2 * (4 + 1) + 1 blocks in each of 140,000 units, or 2 * (1 + 1) + 1 in each of 546,875.
  const halves = arithmeticScans(3, { width: 6400, height: 5600, sampling: 0x22 });
  assert.equal(codingFlaw(halves, 'jpeg'), undefined);
  assert.equal(codingFlaw(arithmeticScans(3, { width: 6400, height: 5600 }), 'jpeg'), 'heavy arithmetic');
  // A row of one pixel is as much work as eight of them: 65,535 pixels are 8,192 blocks.
  assert.equal(codingFlaw(arithmeticScans(97, { width: 65_535, height: 1 }), 'jpeg'), undefined);
  assert.equal(codingFlaw(arithmeticScans(99, { width: 65_535, height: 1 }), 'jpeg'), 'heavy arithmetic');
});

test('it is refused before it is decoded, with a sentence', async () => {
  const jpeg = arithmeticScans(MAX_SCANS, { width: WIDE, height: HIGH });
  assert.ok(jpeg.length < 4000);
  const refusal = { code: 'unprocessable_image', message: /^The JPEG has more in its arithmetic-coded scans / };
  const start = performance.now();
  await assert.rejects(decodePicture(jpeg, LIMITS, asItIs), refusal);
  await assert.rejects(decodeForViewing(jpeg, LIMITS), refusal);
  const ms = performance.now() - start;
  assert.ok(ms < 5000, `${ms} ms; decoding it takes more than 20 s`);
});

test('a TIFF of an arithmetic-coded JPEG is refused, one of another JPEG is not', async t => {
  const tiff = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .tiff({ compression: 'jpeg' })
    .toBuffer();
  const limits = { ...LIMITS, formats: ['tiff'] as const };
  await decodePicture(tiff, limits, asItIs);
  assert.equal(codingFlaw(tiff, 'tiff'), undefined);
  const coded = tiffOf(arithmeticScans(40, { width: 1000, height: 1000 }), 1000);
  const start = process.cpuUsage();
  await sharp(coded).raw().toBuffer();
  t.diagnostic(
    `without the check ${process.cpuUsage(start).user / 1000} ms for ${coded.length} bytes of one megapixel`,
  );
  const refusal = { message: /^The TIFF has more in its arithmetic-coded scans / };
  await assert.rejects(decodePicture(coded, limits, asItIs), refusal);
  // Noise that is looked through from its every byte.
  const noise = Buffer.alloc(19_000_000, Buffer.of(0xff, 0xc9, 0, 11, 8));
  const before = performance.now();
  assert.equal(codingFlaw(Buffer.concat([tiff, noise]), 'tiff'), undefined);
  const ms = performance.now() - before;
  assert.ok(ms < 5000, `${ms} ms`);
});

/** One strip that is a JPEG in colour (TIFF 6.0; compression 7, photometric interpretation 6: YCbCr). */
function tiffOf(jpeg: Buffer, side: number): Buffer {
  const short = 3;
  const long = 4;
  const data = 8 + 2 + 12 * 11 + 4;
  const tags = [
    ...[
      [256, long, side],
      [257, long, side],
      [258, short, 8],
      [259, short, 7],
      [262, short, 6],
      [273, long, data],
    ],
    ...[
      [277, short, 3],
      [278, long, side],
      [279, long, jpeg.length],
      [284, short, 1],
      [530, short, 0x10001],
    ],
  ] as [tag: number, type: number, value: number][];
  const head = Buffer.alloc(data);
  head.write('II*\0\x08', 'latin1');
  head.writeUInt16LE(tags.length, 8);
  for (const [index, [tag, type, value]] of tags.entries()) {
    const at = 10 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(tag === 530 ? 2 : 1, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  return Buffer.concat([head, jpeg]);
}
