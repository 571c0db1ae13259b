import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { annotatePicture } from '../../../src/detector/annotate/annotate-picture.ts';
import { renderText } from '../../../src/detector/annotate/render-text.ts';
import type { Detection } from '../../../src/detector/index.ts';

const LIMITS = { maxPixels: 2_000_000, formats: [] };

const DETECTIONS: Detection[] = [
  {
    classId: 0,
    label: 'person',
    score: 0.87,
    box: { x1: 100, y1: 60, x2: 200, y2: 110 },
    uncertainty: { left: 12, top: 6, right: 6, bottom: 6 },
  },
];

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#808080' } });

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return {
    info,
    at: (x: number, y: number) => Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)),
  };
}

for (const format of ['jpeg', 'png', 'webp'] as const) {
  test(`${format}: in full size, with a frame in the class's colour and the rest as it was`, async () => {
    const picture = await grey(300, 150).png().toBuffer();
    const { bytes, width, height } = await annotatePicture(picture, DETECTIONS, LIMITS, { format });
    assert.deepEqual([width, height], [300, 150]);
    assert.equal((await sharp(bytes).metadata()).format, format);
    const { info, at } = await pixelsOf(bytes);
    assert.deepEqual([info.width, info.height, info.channels], [300, 150, 3]);
    const [r, g, b] = at(150, 110) as [number, number, number];
    // WebP has half the resolution for colour.
    const least = format === 'webp' ? 30 : 60;
    assert.ok(b > r + least && g > r + least / 2, `the frame is ${r} ${g} ${b}, class 0 is blue`);
    for (const [x, y] of [
      [150, 85],
      [20, 20],
      [290, 140],
    ] as const) {
      assert.ok(
        at(x, y).every(level => Math.abs(level - 128) <= 3),
        `${at(x, y)} at ${x}, ${y}`,
      );
    }
  });
}

test('bands shade where the edges may lie', async () => {
  const picture = await grey(300, 150).png().toBuffer();
  const plain = await pixelsOf((await annotatePicture(picture, DETECTIONS, LIMITS, { format: 'png' })).bytes);
  const bands = await pixelsOf(
    (await annotatePicture(picture, DETECTIONS, LIMITS, { format: 'png', bands: true })).bytes,
  );
  assert.deepEqual(plain.at(90, 85), [128, 128, 128]);
  assert.notDeepEqual(bands.at(90, 85), [128, 128, 128]);
  assert.deepEqual(bands.at(60, 85), [128, 128, 128], 'beyond the reach of sigma 12');
});

test('a picture that EXIF turns comes out upright, and without its metadata', async () => {
  const picture = await grey(300, 150)
    .withExif({ IFD0: { Artist: 'somebody' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  assert.equal((await sharp(picture).metadata()).orientation, 6);
  const { bytes, width, height } = await annotatePicture(picture, [], LIMITS);
  assert.deepEqual([width, height], [150, 300]);
  const { exif, orientation } = await sharp(bytes).metadata();
  assert.deepEqual([exif, orientation], [undefined, undefined]);
});

for (const bits of [8, 16] as const) {
  for (const profile of ['p3', 'srgb'] as const) {
    test(`a colour profile is applied, for people look at this one: ${profile}, ${bits} bits`, async () => {
      let pipeline = sharp({ create: { width: 32, height: 32, channels: 3, background: '#30c040' } });
      if (bits === 16) pipeline = pipeline.toColourspace('rgb16');
      const picture = await pipeline.withIccProfile(profile).png().toBuffer();
      const { depth, hasProfile } = await sharp(picture).metadata();
      assert.deepEqual([depth, hasProfile], [bits === 8 ? 'uchar' : 'ushort', true]);
      const { at } = await pixelsOf((await annotatePicture(picture, [], LIMITS, { format: 'png' })).bytes);
      const expected = [0x30, 0xc0, 0x40];
      assert.ok(
        at(5, 5).every((level, i) => Math.abs(level - expected[i]!) <= 4),
        `${at(5, 5)}`,
      );
    });
  }
}

test('refused: more pixels than allowed, no picture, and a side that WebP cannot say', async () => {
  const large = await grey(2000, 1001).png().toBuffer();
  await assert.rejects(annotatePicture(large, [], LIMITS), { code: 'unprocessable_image' });
  await assert.rejects(annotatePicture(Buffer.from('<svg/>'), [], LIMITS), { code: 'unsupported_media_type' });
  const long = await grey(16_400, 10).png().toBuffer();
  await assert.rejects(annotatePicture(long, [], LIMITS, { format: 'webp' }), {
    code: 'invalid_option',
    message: 'The picture has 16400x10 pixels; webp holds at most 16383 on a side, ask for jpeg.',
  });
  await annotatePicture(long, [], LIMITS, { format: 'jpeg' });
});

test('the longest side of a JPEG is what libjpeg writes', async () => {
  const [longest, longer] = await Promise.all([65_500, 65_501].map(side => grey(side, 4).png().toBuffer()));
  await annotatePicture(longest!, [], LIMITS, { format: 'jpeg' });
  await assert.rejects(annotatePicture(longer!, [], LIMITS, { format: 'jpeg' }), {
    code: 'invalid_option',
    message: 'The picture has 65501x4 pixels; jpeg holds at most 65500 on a side, ask for png.',
  });
  await annotatePicture(longer!, [], LIMITS, { format: 'png' });
});

test('nothing is begun once nobody waits', async () => {
  const gone = new AbortController();
  gone.abort(new Error('gone'));
  await assert.rejects(annotatePicture(Buffer.from('no picture'), [], LIMITS, { signal: gone.signal }), /gone/);
});

test('drawing stops at its next turn once nobody waits', async t => {
  // Every look at the clock ends a turn.
  let clock = 0;
  t.mock.method(performance, 'now', () => (clock += 1000));
  const picture = await grey(300, 150).jpeg().toBuffer();
  const gone = new AbortController();
  let drawn = 0;
  const many = Array.from({ length: 500 }, (_, i) => ({
    classId: 1,
    label: 'car',
    score: 0.5,
    box: { x1: i % 200, y1: i % 100, x2: (i % 200) + 40, y2: (i % 100) + 30 },
    // Read once before the drawing, and once as its band is drawn.
    get uncertainty() {
      drawn += 1;
      if (drawn === 500 + 10) setImmediate(() => gone.abort(new Error('gone')));
      return { left: 0.3, top: 0.3, right: 0.3, bottom: 0.3 };
    },
  }));
  await assert.rejects(annotatePicture(picture, many, LIMITS, { bands: true, signal: gone.signal }), /gone/);
  assert.ok(drawn >= 510 && drawn < 515, `${drawn - 500} bands were drawn`);
});

test('a thousand boxes as large as the picture take no longer than a few pictures', async () => {
  const picture = await grey(1200, 1000).jpeg().toBuffer();
  const many: Detection[] = Array.from({ length: 1000 }, (_, i) => ({
    classId: i,
    label: `class ${i % 80}`,
    score: 1 - i / 1000,
    box: { x1: 0, y1: 0, x2: 1200, y2: 1000 },
    uncertainty: { left: 400, top: 400, right: 400, bottom: 400 },
  }));
  const start = performance.now();
  await annotatePicture(picture, many, LIMITS, { bands: true });
  const ms = performance.now() - start;
  console.log(`1000 boxes of 1.2 megapixels: ${ms.toFixed(0)} ms`);
  // Unbounded it is above a minute.
  assert.ok(ms < 20_000, `${ms} ms`);
});

const inkOf = ({ data }: { data: Uint8Array }) => data.filter(level => level > 100).length;

test('labels are no markup', async () => {
  const tag = await renderText('<b>&amp;', 20);
  const plain = await renderText('bamp', 20);
  assert.ok(tag.width > plain.width, 'angle brackets, ampersand and all are drawn');
  await renderText('<span foreground="', 20);
});

test('labels stand on one line, whatever letters they have', async () => {
  const [flat, deep] = [await renderText('ccc', 40), await renderText('ggg', 40)];
  assert.equal(flat.lineHeight, deep.lineHeight);
  assert.equal(flat.lineTop, deep.lineTop);
  const lowest = ({ data, width, height }: typeof flat) => {
    for (let y = height - 1; ; y--) if (data.subarray(y * width, (y + 1) * width).some(level => level > 100)) return y;
  };
  assert.ok(lowest(deep) > lowest(flat) + 4, 'the g reaches below the line, the c does not');
});

test('scripts that DejaVu has need no font of the system, and run their own way', async () => {
  const texts = ['Ж', 'Ω', 'قطة', 'é'];
  const masks = await Promise.all(texts.map(text => renderText(text, 32)));
  const unknown = await renderText('\u{10ffff}', 32); // a box with digits
  for (const [i, mask] of masks.entries()) {
    assert.ok(inkOf(mask) > 20, texts[i]);
    assert.notDeepEqual(mask.data, unknown.data);
  }
  const [joined, first] = [await renderText('بب', 32), await renderText('ب', 32)];
  assert.ok(joined.width < 2 * first.width, 'Arabic letters join');
});

for (const [script, label, alone] of [
  ['Chinese', '猫', '\u{10fffd}'],
  ['Devanagari', 'कि', '\u{10fffd}'],
] as const) {
  test(`${script}, where the system has a font for it`, async t => {
    const [mask, unknown] = [await renderText(label, 48), await renderText(alone, 48)];
    // A missing letter is drawn as a box around its number: full rows of ink far apart. Devanagari has one full row.
    const isBox = ({ data, width, height }: typeof mask) => {
      const full = Array.from({ length: height }, (_, y) => y).filter(
        y => data.subarray(y * width, (y + 1) * width).filter(level => level > 100).length > width * 0.9,
      );
      return full.length > 0 && full.at(-1)! - full[0]! > height / 2;
    };
    if (!isBox(unknown)) assert.fail('the check does not know a missing letter');
    if (isBox(mask)) return t.skip(`no font for ${script} here (fonts-droid-fallback, fonts-noto-ui-core)`);
    assert.ok(inkOf(mask) > 100);
    assert.notDeepEqual(mask.data, unknown.data);
  });
}
