import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { decodeForViewing, decodePicture } from '../../../src/detector/image/decode.ts';
import { hasSteppedProfile } from '../../../src/detector/image/has-stepped-profile.ts';
import { steppedProfile, withProfile } from '../../support/stepped-profile.ts';

const LIMITS = { maxPixels: 1_000_000, formats: ['tiff', 'avif'] as const };
const asItIs = (picture: { width: number; height: number }) => picture;
const refusal = { code: 'unprocessable_image', message: /^The colour profile of the picture is computed in steps, / };

let colour: Buffer;
let ink: Buffer;
before(async () => {
  const plain = sharp({ create: { width: 40, height: 30, channels: 3, background: '#2468ac' } });
  colour = await plain.jpeg().toBuffer();
  ink = await plain.toColourspace('cmyk').jpeg().toBuffer();
});

test('ink with a profile in steps is refused before it is decoded, whatever it is decoded for', async () => {
  const picture = withProfile(ink, steppedProfile(4, 20_000));
  const start = performance.now();
  await assert.rejects(decodePicture(picture, LIMITS, asItIs), refusal);
  await assert.rejects(decodeForViewing(picture, LIMITS), refusal);
  const ms = performance.now() - start;
  assert.ok(ms < 5000, `${ms} ms; decoding it takes half a minute`);
});

test('colours are detected on as they are stored, and not drawn on with such a profile', async () => {
  const picture = withProfile(colour, steppedProfile(3, 20_000));
  const { data } = await decodePicture(picture, LIMITS, asItIs);
  assert.deepEqual(data, (await decodePicture(colour, LIMITS, asItIs)).data);
  await assert.rejects(decodeForViewing(picture, LIMITS), refusal);
});

test('it is found in every format that can have one', async () => {
  const picture = sharp(withProfile(colour, steppedProfile(3, 2))).keepIccProfile();
  const files = [
    picture.clone().png(),
    picture.clone().webp(),
    picture.clone().tiff(),
    picture.clone().avif({ effort: 0 }),
  ];
  for (const file of files) await assert.rejects(decodeForViewing(await file.toBuffer(), LIMITS), refusal);
});

test('the steps are what takes so long: without the bound it takes longer the more there are', async t => {
  const cpuMs = async (steps: number) => {
    const bytes = withProfile(ink, steppedProfile(4, steps));
    const before = process.cpuUsage();
    await sharp(bytes).toColourspace('srgb').raw().toBuffer();
    return process.cpuUsage(before).user / 1000;
  };
  // The first picture of a process costs more than its steps.
  await cpuMs(2);
  const [few, many] = [await cpuMs(2), await cpuMs(400)];
  t.diagnostic(`2 steps ${few.toFixed(0)} ms, 400 steps ${many.toFixed(0)} ms`);
  assert.ok(many > 4 * few, 'else the bound is not needed any more');
});

test('profiles of tables and curves are taken, and what is no profile is left to the decoder', async () => {
  for (const name of ['srgb', 'p3', 'cmyk']) {
    const picture = await sharp(name === 'cmyk' ? ink : colour)
      .withIccProfile(name)
      .jpeg()
      .toBuffer();
    const { icc } = await sharp(picture).metadata();
    assert.ok(icc !== undefined && !hasSteppedProfile(icc), name);
    await decodeForViewing(picture, LIMITS);
  }
  assert.equal(hasSteppedProfile(undefined), false);
  assert.equal(hasSteppedProfile(Buffer.alloc(131)), false);
  assert.equal(hasSteppedProfile(Buffer.alloc(140, 0xff)), false);
});
