import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeSeeds, type Seed } from '../../../fuzz/seeds.ts';
import { codingFlaw } from '../../../src/detector/image/coding-flaw.ts';
import { decodeForViewing, decodePicture } from '../../../src/detector/image/decode.ts';
import { decodeOrdinaryJpeg, hasTurboJpeg } from '../../../src/detector/image/ordinary-jpeg.ts';
import { manyScans } from '../../support/many-scans.ts';

let seeds: Seed[];
before(async () => {
  seeds = await makeSeeds();
});

test('every beginning of a picture ends too soon, whichever way it is coded', () => {
  for (const { name, format, bytes } of seeds) {
    const missed = [];
    for (let length = 1; length < bytes.length; length++) {
      if (codingFlaw(bytes.subarray(0, length), format) !== 'ends too soon') missed.push(length);
    }
    assert.deepEqual(missed, [], `${format} ${name} of ${bytes.length} bytes`);
  }
});

test('whole pictures do not, with something behind them or without', () => {
  for (const { name, format, bytes } of seeds) {
    assert.equal(codingFlaw(bytes, format), undefined, name);
    assert.equal(
      codingFlaw(Buffer.concat([bytes, Buffer.from('a trailer \xff\xd8\xff', 'latin1')]), format),
      undefined,
      name,
    );
  }
});

test('a PNG without its last chunk has all its pixels, and is refused', async () => {
  const { bytes } = seeds.find(({ format }) => format === 'png')!;
  const limits = { maxPixels: 1e6, formats: [] };
  const whole = await decodePicture(bytes, limits, picture => picture);
  assert.deepEqual(whole.picture, { width: 72, height: 56 });
  await assert.rejects(
    decodePicture(bytes.subarray(0, -12), limits, picture => picture),
    { code: 'unprocessable_image' },
  );
});

test('a PNG whose last chunk announces more than there is ends too soon', () => {
  const bytes = Buffer.from(seeds.find(({ format }) => format === 'png')!.bytes);
  bytes.writeUInt32BE(7, bytes.length - 12);
  assert.equal(codingFlaw(bytes, 'png'), 'ends too soon');
});

test('a JPEG whose end marker became something else is refused', async () => {
  const { bytes } = seeds.find(({ format }) => format === 'jpeg')!;
  const changed = Buffer.concat([bytes.subarray(0, -2), Buffer.from([0xff, 0xe5, 0xff, 0xff, 1, 2, 3])]);
  const limits = { maxPixels: 1e6, formats: [] };
  await assert.rejects(
    decodePicture(changed, limits, picture => picture),
    { code: 'unprocessable_image' },
  );
});

test('a JPEG without its tables is refused, whatever was decoded before it', async () => {
  const { bytes } = seeds.find(({ format }) => format === 'jpeg')!;
  const limits = { maxPixels: 1e6, formats: [] };
  const at = bytes.indexOf(Buffer.from([0xff, 0xdb]));
  const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 2 + bytes.readUInt16BE(at + 2))]);
  for (let i = 0; i < 4; i++) {
    await decodePicture(bytes, limits, picture => picture);
    await assert.rejects(
      decodePicture(without, limits, picture => picture),
      { code: 'unprocessable_image' },
    );
  }
});

const asItIs = (picture: { width: number; height: number }) => picture;
const kinds: Record<string, { components: 1 | 3 | 4; turned: boolean; system: boolean }> = {
  colour: { components: 3, turned: false, system: true },
  grey: { components: 1, turned: false, system: true },
  'CMYK, which only sharp decodes': { components: 4, turned: false, system: false },
  'turned by EXIF, which only sharp decodes': { components: 3, turned: true, system: false },
};
for (const [name, { components, turned, system }] of Object.entries(kinds)) {
  test(`a JPEG of 100 scans is decoded, one of 101 refused by both decoders: ${name}`, async () => {
    const limits = { maxPixels: 1e6, formats: [] };
    const withScans = (scans: number) => {
      const bytes = manyScans(scans, components);
      return turned ? turnedRight(bytes) : bytes;
    };
    const { picture, orientation } = await decodePicture(withScans(100), limits, asItIs);
    assert.deepEqual([picture, orientation], [{ width: 8, height: 8 }, turned ? 6 : 1]);
    await decodeForViewing(withScans(100), limits);
    if (await hasTurboJpeg()) {
      const quick = await decodeOrdinaryJpeg(withScans(100), limits.maxPixels, asItIs);
      assert.equal(quick !== undefined, system);
    }
    const refusal = { code: 'unprocessable_image', message: /^The JPEG has more than 100 scans; save it again/ };
    await assert.rejects(decodePicture(withScans(101), limits, asItIs), refusal);
    await assert.rejects(decodeForViewing(withScans(101), limits), refusal);
  });
}

/** With an EXIF segment that says orientation 6. */
function turnedRight(jpeg: Buffer): Buffer {
  const exif = 'ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 0006 0000 00000000';
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(exif.replaceAll(' ', ''), 'hex'), jpeg.subarray(2)]);
}

test('scans are counted wherever a decoder finds them', () => {
  const [start, end] = [Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xd9])];
  const scans = manyScans(101).subarray(2, -2);
  const flawBehind = (...before: number[]) =>
    codingFlaw(Buffer.concat([start, Buffer.from(before), scans, end]), 'jpeg');
  assert.equal(flawBehind(), 'too many scans');
  assert.equal(flawBehind(0xff, 0xff, 0xff), 'too many scans', 'behind fill bytes');
  // A decoder that looks for a restart marker passes over a reserved one, and over nothing behind it.
  assert.equal(flawBehind(0xff, 0x02, scans.length >> 8, scans.length & 0xff), 'too many scans', 'reserved marker');
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, (scans.length + 2) >> 8, (scans.length + 2) & 0xff]), scans]);
  const seed = seeds.find(({ format }) => format === 'jpeg')!.bytes;
  assert.equal(codingFlaw(Buffer.concat([start, comment, seed.subarray(2)]), 'jpeg'), undefined, 'in a comment');
  assert.equal(codingFlaw(Buffer.concat([seed, start, scans, end]), 'jpeg'), undefined, 'behind the end');
});
