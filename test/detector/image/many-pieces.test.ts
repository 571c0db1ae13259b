import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { codingFlaw } from '../../../src/detector/image/coding-flaw.ts';
import { decodeForViewing, decodePicture } from '../../../src/detector/image/decode.ts';
import { MAX_PIECES } from '../../../src/detector/image/max-pieces.ts';
import { decodeOrdinaryJpeg, hasTurboJpeg } from '../../../src/detector/image/ordinary-jpeg.ts';
import { riffChunk, withChunks, withRiffChunks, withSegments } from '../../support/many-pieces.ts';

type Format = 'jpeg' | 'png' | 'webp';
const LIMITS = { maxPixels: 1_000_000, formats: [] };
const asItIs = (picture: { width: number; height: number }) => picture;

let upright: Buffer;
let turned: Buffer;
let progressive: Buffer;
let png: Buffer;
let webp: Buffer;
let animation: Buffer;
before(async () => {
  const plain = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#2468ac' } });
  upright = await plain().jpeg().toBuffer();
  turned = await plain().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  progressive = await plain().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer();
  png = await plain().png().toBuffer();
  webp = await plain().webp().withMetadata({ orientation: 6 }).toBuffer();
  const frames = await Promise.all([plain(), plain().negate()].map(frame => frame.png().toBuffer()));
  animation = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
});

/** A frame of one pixel. */
const frame = (pixel: Buffer) => riffChunk('ANMF', Buffer.concat([Buffer.alloc(16), pixel.subarray(12)]));
const onePixel = () =>
  sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer();

/** Where there is room for so many more. */
const pictures: Record<string, [format: Format, make: (count: number) => Buffer | Promise<Buffer>]> = {
  'empty APP1 segments': ['jpeg', count => withSegments(upright, count)],
  'comments, in a picture that only sharp decodes': ['jpeg', count => withSegments(turned, count, 0xfe)],
  'empty APP1 segments before the last scan': [
    'jpeg',
    count => withSegments(progressive, count, 0xe1, progressive.lastIndexOf(Buffer.from([0xff, 0xda]))),
  ],
  'chunks that nobody knows': ['png', count => withChunks(png, count, 'abCd')],
  'chunks that should be there once': ['png', count => withChunks(png, count, 'gAMA', Buffer.from([0, 0, 0xb1, 0x8f]))],
  'chunks of WebP': ['webp', count => withRiffChunks(webp, count, riffChunk('abcd'))],
  'frames of WebP': ['webp', async count => withRiffChunks(animation, count, frame(await onePixel()))],
};
for (const [name, [format, make]] of Object.entries(pictures)) {
  test(`a picture of ${MAX_PIECES} pieces is decoded, with one more it is refused: ${name}`, async () => {
    let room = MAX_PIECES;
    while (codingFlaw(await make(room), format) !== undefined) room -= 1;
    assert.ok(room >= MAX_PIECES - 30, `only ${room} more: a progressive JPEG has 25 itself`);
    const most = await make(room);
    const plain = await decodePicture(await make(0), LIMITS, asItIs);
    assert.deepEqual((await decodePicture(most, LIMITS, asItIs)).data, plain.data);
    await decodeForViewing(most, LIMITS);
    if (name === 'empty APP1 segments' && (await hasTurboJpeg())) {
      assert.deepEqual((await decodeOrdinaryJpeg(most, LIMITS.maxPixels, asItIs))?.data, plain.data);
    }
    const refusal = {
      code: 'unprocessable_image',
      message: /^The (JPEG|PNG|WebP) has more than 10000 segments or chunks; save it again without metadata\.$/,
    };
    const tooMany = await make(room + 1);
    await assert.rejects(decodePicture(tooMany, LIMITS, asItIs), refusal);
    await assert.rejects(decodeForViewing(tooMany, LIMITS), refusal);
  });
}

test('what libwebp goes through inside of a frame counts, too', async () => {
  const inside = Buffer.concat([await onePixel(), Buffer.alloc(8 * (MAX_PIECES + 1), riffChunk('abcd'))]);
  assert.equal(codingFlaw(withRiffChunks(animation, 1, frame(inside)), 'webp'), 'too many pieces');
});

for (const [type, bytes] of [
  ['IDAT', 0],
  ['fdAT', 4],
] as const) {
  test(`chunks of pixels do not count: ${type}`, async () => {
    const at = png.indexOf('IDAT') - 4;
    const chunks = withChunks(png.subarray(0, 33), 2 * MAX_PIECES, type, Buffer.alloc(bytes)).subarray(33);
    const many = Buffer.concat([png.subarray(0, at), chunks, png.subarray(at)]);
    const { data } = await decodePicture(png, LIMITS, asItIs);
    assert.deepEqual((await decodePicture(many, LIMITS, asItIs)).data, data);
  });
}

test('what stands behind the end of a picture does not count', () => {
  const segments = Buffer.alloc(4 * (MAX_PIECES + 1), Buffer.from([0xff, 0xe1, 0, 2]));
  assert.equal(codingFlaw(Buffer.concat([upright, segments]), 'jpeg'), undefined);
  assert.equal(codingFlaw(Buffer.concat([png, Buffer.alloc(12 * (MAX_PIECES + 1))]), 'png'), undefined);
  assert.equal(codingFlaw(Buffer.concat([webp, Buffer.alloc(8 * (MAX_PIECES + 1))]), 'webp'), undefined);
});

test('a picture with all that cameras and editors write has few', async () => {
  const xmp = Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(65_533, 'x')]);
  const largest = Buffer.concat([turned.subarray(0, 2), ...Array(306).fill(xmp), turned.subarray(2)]);
  assert.ok(largest.length > 20e6);
  assert.equal(codingFlaw(largest, 'jpeg'), undefined);
});
