import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodeWithSharp } from '../../../src/detector/image/decode.ts';
import { afterHeavyDecodes, heldBytes, isHeavy } from '../../../src/detector/image/heavy-decodes.ts';

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
