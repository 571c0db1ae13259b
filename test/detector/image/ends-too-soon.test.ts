import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeSeeds, type Seed } from '../../../fuzz/seeds.ts';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { endsTooSoon } from '../../../src/detector/image/ends-too-soon.ts';

let seeds: Seed[];
before(async () => {
  seeds = await makeSeeds();
});

test('every beginning of a picture ends too soon, whichever way it is coded', () => {
  for (const { name, format, bytes } of seeds) {
    const missed = [];
    for (let length = 1; length < bytes.length; length++) {
      if (!endsTooSoon(bytes.subarray(0, length), format)) missed.push(length);
    }
    assert.deepEqual(missed, [], `${format} ${name} of ${bytes.length} bytes`);
  }
});

test('whole pictures do not, with something behind them or without', () => {
  for (const { name, format, bytes } of seeds) {
    assert.equal(endsTooSoon(bytes, format), false, name);
    assert.equal(
      endsTooSoon(Buffer.concat([bytes, Buffer.from('a trailer \xff\xd8\xff', 'latin1')]), format),
      false,
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
  assert.ok(endsTooSoon(bytes, 'png'));
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
