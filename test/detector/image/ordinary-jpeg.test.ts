import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { type DecodedPicture, decodePicture, decodeWithSharp } from '../../../src/detector/image/decode.ts';
import { decodeOrdinaryJpeg, hasTurboJpeg } from '../../../src/detector/image/ordinary-jpeg.ts';
import { threeScans } from '../../support/many-scans.ts';

/** Both ways to the pixels of a JPEG: what the short one gives, sharp gives too. */

const COCO = '../shared/data/coco-val-128/images';
const PHOTOS = '../shared/data/photos';
const limits = { maxPixels: 1_000_000, formats: [] };
const asItIs = (picture: { width: number; height: number }) => picture;
const quick = (bytes: Uint8Array, maxPixels = limits.maxPixels, fitWithin = asItIs) =>
  decodeOrdinaryJpeg(bytes, maxPixels, fitWithin);

let installed = false;
before(async () => {
  installed = await hasTurboJpeg();
});

function needsLibrary(t: TestContext): boolean {
  if (!installed) t.skip('libturbojpeg is not installed (Debian: libturbojpeg0)');
  return installed;
}

/** A picture with edges, gradients and noise, the same every time. */
function drawing(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  let state = 7;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    data[i] = (x * 3 + y * (1 + (i % 3)) + (x % 16 < 8 ? 90 : 0) + (state >> 27)) & 0xff;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

const ordinary: [string, () => Promise<Buffer>][] = [
  ['4:2:0', () => drawing(200, 160).jpeg({ quality: 90 }).toBuffer()],
  ['4:4:4', () => drawing(200, 160).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['odd sides', () => drawing(133, 77).jpeg({ quality: 80 }).toBuffer()],
  ['one pixel', () => drawing(1, 1).jpeg().toBuffer()],
  ['one row', () => drawing(97, 1).jpeg().toBuffer()],
  ['progressive', () => drawing(120, 90).jpeg({ progressive: true }).toBuffer()],
  ['grey', () => drawing(120, 90).toColourspace('b-w').jpeg().toBuffer()],
  ['coarse', () => drawing(120, 90).jpeg({ quality: 5 }).toBuffer()],
  ['with a colour profile, which is not applied', () => drawing(60, 50).withIccProfile('p3').jpeg().toBuffer()],
  ['EXIF that says upright', () => drawing(60, 50).withMetadata({ orientation: 1 }).jpeg().toBuffer()],
  [
    'EXIF without an orientation',
    () =>
      drawing(60, 50)
        .withExif({ IFD0: { Copyright: 'us' } })
        .jpeg()
        .toBuffer(),
  ],
];
for (const [name, make] of ordinary) {
  test(`${name}: the same pixels`, async t => {
    if (!needsLibrary(t)) return;
    const bytes = await make();
    const short = await quick(bytes);
    assert.ok(short !== undefined, 'the short way was not taken');
    const long = await decodeWithSharp(bytes, 'jpeg', limits, asItIs);
    const difference = largestDifference(short.data, long.data);
    t.diagnostic(`largest difference ${difference} levels`);
    assert.equal(difference, 0);
    assert.deepEqual(facts(short), facts(long));
  });
}

const special: [string, () => Promise<Buffer>][] = [
  ['turned by EXIF', () => drawing(60, 50).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['CMYK', () => drawing(60, 50).toColourspace('cmyk').jpeg().toBuffer()],
  [
    'progressive, its last scan cut off',
    async () => {
      const whole = await drawing(120, 90).jpeg({ progressive: true }).toBuffer();
      return Buffer.concat([
        whole.subarray(0, whole.lastIndexOf(Buffer.from([0xff, 0xda]))),
        Buffer.from([0xff, 0xd9]),
      ]);
    },
  ],
  ['cut short', async () => (await drawing(200, 160).jpeg().toBuffer()).subarray(0, 4000)],
  ['more than MAX_PIXELS', () => drawing(1200, 900).jpeg().toBuffer()],
  ['a PNG', () => drawing(60, 50).png().toBuffer()],
];
for (const [name, make] of special) {
  test(`${name}: left to sharp`, async t => {
    if (!needsLibrary(t)) return;
    assert.equal(await quick(await make()), undefined);
  });
}

/** Sampled down by this factor. */
const shrunkBy = (by: number) => (picture: { width: number; height: number }) => ({
  width: picture.width / by,
  height: picture.height / by,
});

const averaged: [string, () => Promise<Buffer>][] = [
  ['4:2:0', () => drawing(640, 480).jpeg({ quality: 90 }).toBuffer()],
  ['4:4:4, odd sides', () => drawing(643, 477).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['4:2:0, odd sides', () => drawing(817, 601).jpeg({ quality: 80 }).toBuffer()],
  ['grey, tall', () => drawing(255, 1025).toColourspace('b-w').jpeg().toBuffer()],
  ['a strip', () => drawing(2000, 17).jpeg().toBuffer()],
];
// libjpeg shrinks by 1, 2, 4 and 8 from 2, 3, 5 and 9 on; from 16 on more than twice is left for sharp.
const factors = [2.01, 2.5, 2.99, 3, 3.01, 3.7, 4, 4.99, 5, 5.3, 7.9, 8, 8.99, 9, 9.7, 16, 17.3, 40];
for (const [name, make] of averaged) {
  test(`averaged down first: ${name}: the same pixels`, async t => {
    if (!needsLibrary(t)) return;
    const bytes = await make();
    let largest = 0;
    for (const factor of factors) {
      assert.notEqual(await quick(bytes, limits.maxPixels, shrunkBy(factor)), undefined, `by ${factor}`);
      const short = await decodePicture(bytes, limits, shrunkBy(factor));
      const long = await decodeWithSharp(bytes, 'jpeg', limits, shrunkBy(factor));
      assert.deepEqual(facts(short), facts(long), `by ${factor}`);
      largest = Math.max(largest, largestDifference(short.data, long.data));
    }
    t.diagnostic(`largest difference ${largest} levels`);
    assert.equal(largest, 0);
  });
}

test('what its decoder would hold as a whole, or we would, is averaged down by sharp alone', async t => {
  if (!needsLibrary(t)) return;
  const large = { maxPixels: 10_000_000, formats: [] };
  const progressive = await drawing(400, 300).jpeg({ progressive: true }).toBuffer();
  const scans = threeScans(400, 300);
  const huge = await drawing(2900, 2000).jpeg().toBuffer();
  const incomplete = threeScans(400, 300, [1]);
  for (const bytes of [progressive, scans, incomplete]) {
    if (bytes !== incomplete) assert.notEqual(await quick(bytes, large.maxPixels, shrunkBy(2)), undefined);
    assert.equal(await quick(bytes, large.maxPixels, shrunkBy(4)), undefined);
  }
  assert.equal(await quick(huge, large.maxPixels, shrunkBy(2.5)), undefined, '17 MB');
  assert.notEqual(await quick(huge, large.maxPixels, shrunkBy(3.5)), undefined, '4 MB');
});

test('what its decoder would hold much of is left to sharp as it is, too, which has it wait for others', async t => {
  if (!needsLibrary(t)) return;
  const maxPixels = 20_000_000;
  // 68 MB of coefficients, and 66.
  const large = { width: 3800, height: 3000 };
  const plain = sharp({ create: { ...large, channels: 3, background: '#c86432' } });
  const progressive = () => plain.clone().jpeg({ progressive: true });
  assert.equal(await quick(await progressive().toBuffer(), maxPixels), undefined);
  assert.equal(await quick(threeScans(4000, 2800), maxPixels), undefined, 'a scan for each component');
  for (const light of [
    plain.clone().jpeg(),
    progressive().toColourspace('b-w'),
    plain.clone().resize(3600, 3000).jpeg({ progressive: true }),
  ]) {
    assert.notEqual(await quick(await light.toBuffer(), maxPixels), undefined);
  }
});

for (const fit of [asItIs, shrunkBy(3.4)]) {
  test(`damaged at any place, ${fit === asItIs ? 'as it is' : 'averaged down'}: taken or refused as sharp alone would`, async t => {
    if (!needsLibrary(t)) return;
    const whole = await drawing(64, 48).jpeg({ quality: 70 }).toBuffer();
    const damaged: Buffer[] = [];
    for (let at = 3; at < whole.length; at += 7) {
      damaged.push(whole.subarray(0, at));
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << (at % 8);
      damaged.push(flipped);
    }
    let taken = 0;
    for (const bytes of damaged) {
      const [both, alone] = await Promise.all([
        verdict(decodePicture(bytes, limits, fit)),
        verdict(decodeWithSharp(bytes, 'jpeg', limits, fit)),
      ]);
      if (alone.picture !== undefined) taken += 1;
      assert.equal(both.code, alone.code);
      assert.deepEqual(both.picture && facts(both.picture), alone.picture && facts(alone.picture));
      if (both.picture && alone.picture) assert.equal(largestDifference(both.picture.data, alone.picture.data), 0);
    }
    t.diagnostic(`${damaged.length} damaged pictures, ${taken} of them decode`);
    assert.ok(taken > 10 && taken < damaged.length);
  });
}

test('coco-val-128: the same pixels', async t => {
  if (!needsLibrary(t)) return;
  if (!existsSync(COCO)) return t.skip(`${COCO} is not there`);
  let short = 0;
  let largest = 0;
  const files = readdirSync(COCO);
  for (const file of files) {
    const bytes = readFileSync(path.join(COCO, file));
    const picture = await quick(bytes);
    if (picture === undefined) continue;
    short += 1;
    const { data } = await decodeWithSharp(bytes, 'jpeg', limits, asItIs);
    largest = Math.max(largest, largestDifference(picture.data, data));
    picture.release?.();
  }
  t.diagnostic(`${short} of ${files.length} the short way, largest difference ${largest} levels`);
  assert.equal(largest, 0);
  assert.ok(short > files.length * 0.9);
});

test('photos of 1 to 12 megapixels, for networks of 320 to 1344: the same pixels', async t => {
  if (!needsLibrary(t)) return;
  if (!existsSync(PHOTOS)) return t.skip(`${PHOTOS} is not there`);
  const large = { maxPixels: 33_000_000, formats: [] };
  let short = 0;
  let largest = 0;
  const files = readdirSync(PHOTOS).filter(file => file.endsWith('.jpg'));
  for (const file of files) {
    const bytes = readFileSync(path.join(PHOTOS, file));
    for (const side of [320, 416, 1344]) {
      const fit = ({ width, height }: { width: number; height: number }) => {
        const scale = Math.min(side / width, side / height);
        return { width: Math.round(width * scale), height: Math.round(height * scale) };
      };
      if ((await quick(bytes, large.maxPixels, fit)) !== undefined) short += 1;
      const [both, alone] = [await decodePicture(bytes, large, fit), await decodeWithSharp(bytes, 'jpeg', large, fit)];
      assert.deepEqual(facts(both), facts(alone), file);
      largest = Math.max(largest, largestDifference(both.data, alone.data));
      both.release?.();
    }
  }
  t.diagnostic(`${short} of ${3 * files.length} the short way, largest difference ${largest} levels`);
  assert.equal(largest, 0);
  assert.ok(short > files.length);
});

test('pictures decoded at the same time do not share memory', async t => {
  if (!needsLibrary(t)) return;
  const pictures = await Promise.all([90, 50, 120, 90].map(side => drawing(side, side).jpeg().toBuffer()));
  const expected = await Promise.all(pictures.map(bytes => decodeWithSharp(bytes, 'jpeg', limits, asItIs)));
  for (let round = 0; round < 5; round++) {
    const decoded = await Promise.all(pictures.map(bytes => quick(bytes)));
    decoded.forEach((picture, index) => {
      assert.equal(largestDifference(picture!.data, expected[index]!.data), 0);
    });
    for (const picture of decoded) picture!.release?.();
  }
});

function facts({ width, height, picture, orientation }: DecodedPicture) {
  return { width, height, picture, orientation };
}

async function verdict(decoding: Promise<DecodedPicture>): Promise<{ picture?: DecodedPicture; code?: string }> {
  try {
    return { picture: await decoding };
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}
