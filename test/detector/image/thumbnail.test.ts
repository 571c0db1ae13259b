import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { makeThumbnail } from '../../../src/detector/authoring.ts';

const LIMITS = { maxPixels: 1_000_000, formats: [] } as const;

function stored(width: number, height: number, orientation = 1): Promise<Buffer> {
  const picture = sharp({ create: { width, height, channels: 3, background: '#2060c0' } });
  return picture.withMetadata({ orientation }).jpeg().toBuffer();
}

const cases: [string, [number, number, number?], [number, number]][] = [
  ['a wide picture', [800, 400], [200, 100]],
  ['a tall one', [300, 900], [67, 200]],
  ['one turned by EXIF', [800, 400, 6], [100, 200]],
  ['a small one is not enlarged', [50, 40], [50, 40]],
];
for (const [name, source, expected] of cases) {
  test(`thumbnail: ${name}`, async () => {
    const { bytes, type } = await makeThumbnail(await stored(...source), LIMITS, 200);
    assert.equal(type, 'image/webp');
    const { format, width, height } = await sharp(bytes).metadata();
    assert.deepEqual([format, width, height], ['webp', ...expected]);
    const { channels } = await sharp(bytes).stats();
    for (const [i, level] of [0x20, 0x60, 0xc0].entries()) assert.ok(Math.abs(channels[i]!.mean - level) < 6);
  });
}

test('thumbnail: a picture with too many pixels is refused as everywhere', async () => {
  await assert.rejects(makeThumbnail(await stored(1200, 1000), LIMITS, 200), { code: 'unprocessable_image' });
});
