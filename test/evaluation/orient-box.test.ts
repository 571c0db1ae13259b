import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { toStored, toUpright, turnsSides } from '../../src/evaluation/orient-box.ts';

const STORED = { width: 40, height: 24 };
const BOX: [number, number, number, number] = [4, 3, 10, 6];

for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`EXIF orientation ${orientation}: a box goes where sharp puts its pixels, and back`, async () => {
    const [left, top, width, height] = BOX;
    const white = { create: { width, height, channels: 3, background: '#ffffff' } } as const;
    const stored = await sharp({ create: { ...STORED, channels: 3, background: '#000000' } })
      .composite([{ input: white, left, top }])
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const { data, info } = await sharp(stored).autoOrient().greyscale().raw().toBuffer({ resolveWithObject: true });
    const lit = [...data.keys()].filter(i => data[i]! > 128);
    const xs = lit.map(i => i % info.width);
    const ys = lit.map(i => Math.floor(i / info.width));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const expected = [x, y, Math.max(...xs) + 1 - x, Math.max(...ys) + 1 - y];

    const upright = toUpright(BOX, STORED, orientation);
    assert.deepEqual(upright, expected);
    const size = turnsSides(orientation) ? { width: STORED.height, height: STORED.width } : STORED;
    assert.deepEqual({ width: info.width, height: info.height }, size);
    assert.deepEqual(toStored(upright, size, orientation), BOX);
  });
}
