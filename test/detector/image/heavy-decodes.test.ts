import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodeWithSharp } from '../../../src/detector/image/decode.ts';
import { hasLossless } from '../../../src/detector/image/has-lossless.ts';
import { afterHeavyDecodes, heldBytes, isHeavy } from '../../../src/detector/image/heavy-decodes.ts';

import { seededRandom } from '../../support/random.ts';

const SIZE = { width: 4000, height: 3000 };
const LONG = { channels: 4, depth: 'ushort', isProgressive: false };
const picture = () => sharp({ create: { ...SIZE, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 1 } } });

test('what decoders hold of a picture at once', async () => {
  const held = async (bytes: Buffer, format: 'jpeg' | 'png') => heldBytes(await sharp(bytes).metadata(), format);
  const wide = () => picture().toColourspace('rgb16');
  assert.equal(await held(await picture().jpeg().toBuffer(), 'jpeg'), 0);
  assert.equal(await held(await picture().jpeg({ progressive: true }).toBuffer(), 'jpeg'), 12e6 * 3 * 2);
  assert.equal(await held(await wide().png().toBuffer(), 'png'), 4000 * 800 * 4 * 2, 'of 3000 rows');
  assert.equal(heldBytes({ ...LONG, width: 65_535, height: 503 }, 'png'), 65_535 * 503 * 4 * 2, 'every row');
  assert.ok(isHeavy({ ...LONG, width: 65_535, height: 503 }, 'png'), 'rows of 0.5 MB');
  assert.ok(!isHeavy({ ...LONG, width: 7000, height: 4700 }, 'png'), 'a photo of as many pixels');
  assert.equal(await held(await wide().png({ progressive: true }).toBuffer(), 'png'), 12e6 * 4 * 2);
});

test('of a lossless WebP libwebp may hold tables for each sixteen pixels', async () => {
  const webp = (width: number, height: number, losslessBytes: number) => {
    return isHeavy({ width, height, channels: 3, depth: 'uchar', isProgressive: false, losslessBytes }, 'webp');
  };
  assert.ok(webp(1024, 1024, 350_000), '65,536 of them in 350 kB');
  assert.ok(!webp(1024, 1024, 0), 'lossy');
  assert.ok(!webp(1024, 1024, 20_000), 'with room for 8,000');
  assert.ok(!webp(400, 300, 350_000), 'with room for 7,500');

  const small = sharp({ create: { width: 40, height: 30, channels: 4, background: '#2468ac80' } });
  const opaque = small.clone().flatten();
  assert.ok(hasLossless(await opaque.clone().webp({ lossless: true }).toBuffer()), 'VP8L');
  assert.ok(hasLossless(await small.clone().webp().toBuffer()), 'ALPH');
  assert.ok(!hasLossless(await opaque.clone().webp().toBuffer()), 'VP8');
  const frames = await Promise.all([opaque, opaque.clone().negate()].map(frame => frame.png().toBuffer()));
  const animation = sharp(frames, { join: { animated: true } });
  assert.ok(hasLossless(await animation.webp({ lossless: true }).toBuffer()), 'in frames');
});

test('lossless WebPs of one engine that may take much are decoded one after the other', async () => {
  // Noise: it cannot be said in a few bytes.
  const random = seededRandom(7);
  const noise = Buffer.from(Array.from({ length: 1024 * 512 * 3 }, () => Math.floor(random() * 256)));
  const bytes = await sharp(noise, { raw: { width: 1024, height: 512, channels: 3 } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  assert.ok(bytes.length > 50_000, `${bytes.length} bytes`);
  let free = () => {};
  const before = afterHeavyDecodes(HEAVY, 'png', () => new Promise<void>(resolve => (free = resolve)));
  let decoded = false;
  const mine = decodeWithSharp(bytes, 'webp', { maxPixels: 12e6, formats: [] }, size => size).then(() => {
    decoded = true;
  });
  await new Promise(resolve => setTimeout(resolve, 500));
  assert.ok(!decoded, 'it waits');
  free();
  await Promise.all([before, mine]);
});

const HEAVY = { ...SIZE, channels: 4, depth: 'ushort', isProgressive: true };

test('heavy pictures are decoded one after the other, a failure does not stop them, and light ones do not wait', async () => {
  const said: string[] = [];
  const decode =
    (name: string, fails = false) =>
    async () => {
      said.push(`${name} begins`);
      await new Promise(resolve => setTimeout(resolve, 20));
      said.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
  const light = { ...HEAVY, isProgressive: false };
  const all = [
    afterHeavyDecodes(HEAVY, 'png', decode('first', true)),
    afterHeavyDecodes(HEAVY, 'png', decode('second')),
    afterHeavyDecodes(light, 'png', decode('light')),
  ];
  const [first] = await Promise.allSettled(all);
  assert.equal(first?.status, 'rejected');
  assert.deepEqual(
    said.filter(word => !word.startsWith('light')),
    ['first begins', 'first ends', 'second begins', 'second ends'],
  );
  assert.ok(said.indexOf('light begins') < said.indexOf('first ends'));
});

test('decoding takes its turn', async () => {
  const bytes = await picture().toColourspace('rgb16').png({ progressive: true }).toBuffer();
  let free = () => {};
  const before = afterHeavyDecodes(HEAVY, 'png', () => new Promise<void>(resolve => (free = resolve)));
  let decoded = false;
  const limits = { maxPixels: 12e6, formats: [] };
  const mine = decodeWithSharp(bytes, 'png', limits, () => ({ width: 400, height: 300 })).then(pixels => {
    decoded = true;
    return pixels;
  });
  // Nothing else would keep it longer than two others take.
  for (let i = 0; i < 2; i++) await sharp(bytes).raw().toBuffer();
  assert.equal(decoded, false);
  free();
  await before;
  assert.deepEqual((await mine).picture, SIZE);
});
