import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type JpegOptions } from 'sharp';
import { lacksScans } from '../../../src/detector/image/lacks-scans.ts';

const SOS = Buffer.from([0xff, 0xda]);
const EOI = Buffer.from([0xff, 0xd9]);

function picture(options: JpegOptions): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width: 90, height: 70, channels: 3, background: '#888', noise } })
    .jpeg(options)
    .toBuffer();
}

/** Where the scans begin. */
function scansOf(jpeg: Buffer): number[] {
  const starts: number[] = [];
  for (let at = jpeg.indexOf(SOS); at >= 0; at = jpeg.indexOf(SOS, at + 2)) starts.push(at);
  return starts;
}

for (const [name, options] of [
  ['three components', { progressive: true }],
  ['without subsampling', { progressive: true, chromaSubsampling: '4:4:4' }],
] as const) {
  test(`a progressive JPEG, ${name}: any scan that is missing is missed`, async t => {
    const whole = await picture(options);
    assert.equal(lacksScans(whole), false);
    const starts = scansOf(whole);
    t.diagnostic(`${starts.length} scans`);
    assert.ok(starts.length >= 8);
    for (const start of starts.slice(1)) {
      assert.equal(lacksScans(Buffer.concat([whole.subarray(0, start), EOI])), true, `cut at ${start}`);
    }
    // Earlier ones bring the first bits of what these complete.
    for (let index = starts.length - 4; index < starts.length - 1; index++) {
      const without = Buffer.concat([whole.subarray(0, starts[index]), whole.subarray(starts[index + 1])]);
      assert.equal(lacksScans(without), true, `without scan ${index}`);
    }
  });
}

test('a JPEG that is not progressive lacks none', async () => {
  assert.equal(lacksScans(await picture({})), false);
});

test('what is no JPEG to its end is not looked for there', () => {
  for (const bytes of [[], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xc2], [0xff, 0xd8, 0xff, 0xda, 0, 2]]) {
    assert.equal(lacksScans(Uint8Array.from(bytes)), false);
  }
});
