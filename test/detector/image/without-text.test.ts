import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decodeForViewing, decodePicture } from '../../../src/detector/image/decode.ts';
import { withoutText } from '../../../src/detector/image/without-text.ts';
import { pngChunk } from '../../support/png-chunk.ts';

const limits = { maxPixels: 1e6, formats: [] };
const asItIs = (picture: { width: number; height: number }) => picture;
/** Signature and IHDR. */
const HEAD_BYTES = 33;

let plain: Buffer;
before(async () => {
  plain = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#2468ac' } })
    .png()
    .toBuffer();
});

const withChunks = (...chunks: Buffer[]) =>
  Buffer.concat([plain.subarray(0, HEAD_BYTES), ...chunks, plain.subarray(HEAD_BYTES)]);
const zTXt = pngChunk('zTXt', Buffer.from('Comment\0\0compressed'));
const iTXt = pngChunk('iTXt', Buffer.from('Comment\0\0\0\0\0as it is'));
const tEXt = pngChunk('tEXt', Buffer.from('Comment\0as it is'));

test('compressed text goes, wherever it stands, and nothing else', () => {
  assert.equal(withoutText(plain), plain, 'without text not even a copy');
  assert.deepEqual(withoutText(withChunks(zTXt)), plain);
  assert.deepEqual(withoutText(withChunks(iTXt, zTXt, iTXt)), plain);
  assert.deepEqual(withoutText(withChunks(zTXt, tEXt, iTXt)), withChunks(tEXt));
  const end = plain.subarray(0, -12);
  assert.deepEqual(withoutText(Buffer.concat([end, zTXt, plain.subarray(-12)])), plain, 'behind the pixels');
  const trailer = Buffer.concat([plain, zTXt]);
  assert.deepEqual(withoutText(trailer), trailer, 'behind the end is no chunk');
});

test('a chunk that announces more than there is takes the rest with it', () => {
  const cut = Buffer.from(zTXt);
  cut.writeUInt32BE(0xffffffff, 0);
  assert.deepEqual(withoutText(withChunks(cut)), plain.subarray(0, HEAD_BYTES));
});

for (const [type, head] of [
  ['zTXt', 'a\0\0'],
  ['iTXt', 'a\0\x01\0\0\0'],
] as const) {
  test(`a PNG with 100 ${type} chunks of 32 MB is decoded like one without, in no more time`, async () => {
    const bomb = pngChunk(type, Buffer.concat([Buffer.from(head), deflateSync(Buffer.alloc(32 * 1024 * 1024))]));
    const picture = withChunks(...Array.from({ length: 100 }, () => bomb));
    const { data } = await decodePicture(plain, limits, asItIs);
    const begun = process.cpuUsage();
    assert.deepEqual((await decodePicture(picture, limits, asItIs)).data, data);
    assert.deepEqual((await decodeForViewing(picture, limits)).data, data);
    const { user, system } = process.cpuUsage(begun);
    const seconds = (user + system) / 1e6;
    // 0.02 s seen; inflating them took 29 s each.
    assert.ok(seconds < 2, `${seconds} s of CPU; at most 2 are allowed`);
  });
}
