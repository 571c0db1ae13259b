import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { hasHeavyTags } from '../../../src/detector/image/has-heavy-tags.ts';
import { taggedTiff, unknownTags } from '../../support/tagged-tiff.ts';

const LIMITS = { maxPixels: 1_000_000, formats: ['tiff'] as const };
const whole = ({ width, height }: { width: number; height: number }) => ({ width, height });
const FORMS: Record<string, (isBig: boolean) => [bytes: Buffer, isHeavy: boolean]> = {
  'no other tag': isBig => [taggedTiff(() => [], { isBig }), false],
  'a hundred tags that nobody knows': isBig => [taggedTiff(() => unknownTags(100, () => ({})), { isBig }), false],
  'a thousand': isBig => [taggedTiff(() => unknownTags(1000, () => ({})), { isBig }), true],
  'a tag that is larger than the file': isBig => [
    taggedTiff(() => unknownTags(1, () => ({ count: 2 ** 31 })), { isBig }),
    false,
  ],
  'tags that share the file': isBig => [
    taggedTiff((at, left) => unknownTags(10, index => ({ count: left / 40, value: at + (index * left) / 10 })), {
      bytes: 4000,
      isBig,
    }),
    false,
  ],
  'tags that are all of the file': isBig => [
    taggedTiff((at, left) => unknownTags(10, () => ({ count: left / 4, value: at })), { bytes: 4000, isBig }),
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
  const bytes = taggedTiff(() => unknownTags(1000, () => ({}))).subarray(0, -4);
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
