import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodePicture } from '../../../src/detector/image/decode.ts';
import { sniffFormat } from '../../../src/detector/image/format.ts';
import { averagedShrink } from '../../../src/detector/image/sampled-shrink.ts';

const limits = { maxPixels: 1_000_000, formats: ['avif', 'gif', 'tiff'] } as const;
const decode = (bytes: Uint8Array, fitWithin = { width: 4096, height: 4096 }) =>
  decodePicture(bytes, limits, () => fitWithin);

/** 40x20: the left half one colour (#rrggbb or #rrggbbaa), the right half another. */
function twoHalves(left: string, right: string) {
  const data = new Uint8Array(40 * 20 * 4);
  for (let i = 0; i < 40 * 20; i++) {
    const colour = (i % 40 < 20 ? left : right).slice(1).padEnd(8, 'f');
    data.set(Buffer.from(colour, 'hex'), i * 4);
  }
  return sharp(data, { raw: { width: 40, height: 20, channels: 4 } });
}

const orange = [200, 100, 50];
const cases: [string, () => Promise<Buffer>, number[], number][] = [
  ['JPEG', () => twoHalves('#c86432', '#000000').removeAlpha().jpeg({ quality: 100 }).toBuffer(), orange, 2],
  ['PNG', () => twoHalves('#c86432', '#000000').png().toBuffer(), orange, 0],
  ['WebP', () => twoHalves('#c86432', '#000000').webp({ lossless: true }).toBuffer(), orange, 0],
  ['GIF', () => twoHalves('#c86432', '#000000').gif().toBuffer(), orange, 4],
  ['TIFF', () => twoHalves('#c86432', '#000000').tiff({ compression: 'lzw' }).toBuffer(), orange, 0],
  ['AVIF', () => twoHalves('#c86432', '#000000').removeAlpha().avif({ lossless: true }).toBuffer(), orange, 3],
  [
    'grey PNG',
    () => twoHalves('#646464', '#000000').removeAlpha().toColourspace('b-w').png().toBuffer(),
    [100, 100, 100],
    1,
  ],
  [
    'grey JPEG',
    () => twoHalves('#646464', '#000000').removeAlpha().toColourspace('b-w').jpeg().toBuffer(),
    [100, 100, 100],
    2,
  ],
  ['palette PNG', () => twoHalves('#c86432', '#000000').png({ palette: true }).toBuffer(), orange, 2],
  ['16-bit PNG', () => twoHalves('#c86432', '#000000').toColourspace('rgb16').png().toBuffer(), orange, 1],
  [
    '16-bit grey PNG',
    () => twoHalves('#646464', '#000000').removeAlpha().toColourspace('grey16').png().toBuffer(),
    [100, 100, 100],
    1,
  ],
  ['half transparent PNG lies on white', () => twoHalves('#c8643280', '#000000').png().toBuffer(), [227, 177, 152], 2],
  [
    'grey with transparency',
    () => twoHalves('#64646480', '#000000').toColourspace('b-w').png().toBuffer(),
    [177, 177, 177],
    2,
  ],
  [
    'CMYK JPEG',
    () => twoHalves('#c86432', '#000000').removeAlpha().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    orange,
    40,
  ],
  [
    'progressive JPEG',
    () => twoHalves('#c86432', '#000000').removeAlpha().jpeg({ quality: 100, progressive: true }).toBuffer(),
    orange,
    2,
  ],
  ['interlaced PNG', () => twoHalves('#c86432', '#000000').png({ progressive: true }).toBuffer(), orange, 0],
];
for (const [name, make, expected, tolerance] of cases) {
  test(`decode: ${name}`, async () => {
    const { data, width, height, picture } = await decode(await make());
    assert.deepEqual({ width, height, picture }, { width: 40, height: 20, picture: { width: 40, height: 20 } });
    assert.equal(data.length, 40 * 20 * 3);
    const pixel = [...data.subarray((10 * 40 + 5) * 3, (10 * 40 + 5) * 3 + 3)];
    const largest = Math.max(...pixel.map((value, i) => Math.abs(value - expected[i]!)));
    assert.ok(largest <= tolerance, `pixel ${pixel}, expected ${expected} within ${tolerance}`);
    const dark = data[(10 * 40 + 35) * 3]!;
    assert.ok(dark <= 40, `the right half is ${dark}, expected dark`);
  });
}

// EXIF orientation -> where the left half (bright) of the stored picture ends up: its pixel in the upright picture.
const orientations: [number, { width: number; height: number }, [number, number]][] = [
  [1, { width: 40, height: 20 }, [5, 10]],
  [2, { width: 40, height: 20 }, [35, 10]],
  [3, { width: 40, height: 20 }, [35, 10]],
  [4, { width: 40, height: 20 }, [5, 10]],
  [5, { width: 20, height: 40 }, [10, 5]],
  [6, { width: 20, height: 40 }, [10, 5]],
  [7, { width: 20, height: 40 }, [10, 35]],
  [8, { width: 20, height: 40 }, [10, 35]],
];
for (const [orientation, size, [x, y]] of orientations) {
  test(`decode: EXIF orientation ${orientation} is applied`, async () => {
    const bytes = await twoHalves('#c86432', '#000000').removeAlpha().withMetadata({ orientation }).jpeg().toBuffer();
    const { data, width, height, picture, orientation: applied } = await decode(bytes);
    assert.equal(applied, orientation);
    assert.deepEqual({ width, height }, size);
    assert.deepEqual(picture, size);
    assert.ok(data[(y * width + x) * 3]! > 180, 'the bright half is not where it should be');
    assert.ok(data[((height - 1 - y) * width + (width - 1 - x)) * 3]! < 40, 'the dark half is not where it should be');
  });
}

test('decode: a colour profile is ignored, as in training', async () => {
  const plain = twoHalves('#c86432', '#000000').removeAlpha();
  const { data } = await decode(await plain.clone().withIccProfile('p3').png().toBuffer());
  const stored = await sharp(await plain.clone().withIccProfile('p3').png().toBuffer(), { ignoreIcc: true })
    .raw()
    .toBuffer();
  assert.notDeepEqual(
    [...stored.subarray(0, 3)],
    orange,
    'the profile changed no stored value: this test shows nothing',
  );
  assert.deepEqual([...data.subarray(0, 3)], [...stored.subarray(0, 3)]);
});

test('decode: a picture much larger than its use is averaged down to at most twice that, upright', async () => {
  const bytes = await sharp({ create: { width: 800, height: 400, channels: 3, background: '#c86432' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const small = await decode(bytes, { width: 50, height: 100 });
  assert.deepEqual([small.width, small.height], [80, 160]);
  assert.deepEqual(small.picture, { width: 400, height: 800 });
  const full = await decode(bytes, { width: 200, height: 400 });
  assert.deepEqual([full.width, full.height], [400, 800]);
});

test('decode: sampling is left a factor of 1 to 2, and JPEGs one that lets the decoder shrink', () => {
  const cases: [number, number, number][] = [
    [1.5, 1, 1],
    [2, 1, 1],
    [2.5, 1.25, 1.25],
    [3, 3, 1.5],
    [4.9, 3, 2.45],
    [5, 5, 2.5],
    [9.6, 9, 4.8],
    [16, 9, 8],
    [20, 10, 10],
  ];
  for (const [shrink, jpeg, other] of cases) {
    assert.deepEqual([averagedShrink(shrink, true), averagedShrink(shrink, false)], [jpeg, other], `shrink ${shrink}`);
  }
});

test('decode: a sliver keeps a pixel of width and of height', async () => {
  for (const [width, height] of [
    [1, 4000],
    [4000, 1],
  ] as const) {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#c86432' } })
      .png()
      .toBuffer();
    const small = await decode(bytes, { width: width / 100, height: height / 100 });
    assert.deepEqual([small.width, small.height], [Math.max(1, width / 50), Math.max(1, height / 50)]);
    assert.deepEqual([...small.data.subarray(0, 3)], orange);
  }
});

test('decode: the first frame of an animation', async () => {
  const frame = (background: string) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer();
  for (const format of ['gif', 'webp'] as const) {
    const bytes = await sharp([await frame('#ff0000'), await frame('#0000ff')], { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    const { data, width, height } = await decode(bytes);
    assert.deepEqual([width, height], [8, 8], format);
    assert.ok(data[0]! > 240 && data[2]! < 20, `${format}: not the first frame`);
  }
});

const line = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c86432' } })
    .png()
    .toBuffer();

test('decode: the longest row and the longest column there may be', async () => {
  for (const [width, height] of [
    [65_535, 2],
    [2, 65_535],
  ] as const) {
    const { picture } = await decode(await line(width, height), { width: 416, height: 416 });
    assert.deepEqual(picture, { width, height });
  }
});

const whole = () => twoHalves('#c86432', '#000000').removeAlpha().jpeg().toBuffer();
const refusals: [string, () => Promise<Uint8Array>, string, RegExp][] = [
  ['nothing at all', async () => new Uint8Array(), 'unsupported_media_type', /no picture format/],
  ['text', async () => Buffer.from('hello'), 'unsupported_media_type', /no picture format/],
  [
    'SVG',
    async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'unsupported_media_type',
    /^The file is an SVG picture; send one of JPEG, PNG, WebP/,
  ],
  ['PDF', async () => Buffer.from('%PDF-1.7'), 'unsupported_media_type', /The file is a PDF/],
  ['a cut-off JPEG', async () => (await whole()).subarray(0, -30), 'unprocessable_image', /damaged or incomplete/],
  [
    'JPEG magic and noise',
    async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
    'unprocessable_image',
    /damaged/,
  ],
  [
    'more pixels than allowed, whatever its bytes',
    () =>
      sharp({ create: { width: 1001, height: 1000, channels: 3, background: '#000' } })
        .png()
        .toBuffer(),
    'unprocessable_image',
    /1001x1000 pixels; at most 1000000/,
  ],
  [
    'a row too long',
    () => line(65_536, 1),
    'unprocessable_image',
    /65536x1 pixels; at most 65535 on a side are accepted\./,
  ],
  ['a column too long', () => line(1, 65_536), 'unprocessable_image', /1x65536 pixels; at most 65535 on a side are/],
];
for (const [name, make, code, message] of refusals) {
  test(`decode: refused: ${name}`, async () => {
    await assert.rejects(decode(await make()), { name: 'DetectorError', code, message });
  });
}

test('decode: a format that was not allowed is refused by its name', async () => {
  const bytes = await twoHalves('#c86432', '#000000').gif().toBuffer();
  assert.equal(sniffFormat(bytes), 'gif');
  await assert.rejects(
    decodePicture(bytes, { maxPixels: 1e6, formats: [] }, () => ({ width: 8, height: 8 })),
    {
      code: 'unsupported_media_type',
      message: 'GIF pictures are not accepted here; send one of JPEG, PNG, WebP.',
    },
  );
});
