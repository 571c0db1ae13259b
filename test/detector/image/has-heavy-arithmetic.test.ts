import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  assert.ok(ms < 1000, `${ms} ms; decoding it takes more than 20 s`);
});
