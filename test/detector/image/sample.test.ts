import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sampleBilinear, sampleBilinearSlowly } from '../../../src/detector/image/sample-bilinear.ts';
import { sampleCubic } from '../../../src/detector/image/sample-cubic.ts';
import type { SampleJob } from '../../../src/detector/image/sample-job.ts';
import { type Axis, samplingTaps } from '../../../src/detector/image/sampling-taps.ts';
import { wasm } from '../../../src/detector/image/sampling-wasm.ts';
import { seededRandom } from '../../support/random.ts';

/** The fast way against the plain one: equal to the last bit. */

function jobOf(
  across: Axis,
  down: Axis,
  sampling: 'corner' | 'half-pixel',
  interpolation: 'bilinear' | 'cubic' = 'bilinear',
): SampleJob {
  const random = seededRandom(5);
  const data = Uint8Array.from({ length: across.stored * down.stored * 3 }, () => random() * 256);
  const plane = across.size * down.size;
  const picture = { width: across.original, height: down.original };
  const target = (colour: number) => ({
    start: colour * plane,
    gain: Math.fround(1 / 57.375),
    bias: Math.fround(1000 * colour - 2.1),
    padLevel: 114,
  });
  return {
    pixels: { data, width: across.stored, height: down.stored, picture },
    across: samplingTaps(across, interpolation, sampling),
    down: samplingTaps(down, interpolation, sampling),
    targets: [target(2), target(0), target(1)],
    width: across.size,
  };
}

type Sample = (job: SampleJob, out: Float32Array) => void;

/** @param values of the tensor */
function assertSame(t: TestContext, job: SampleJob, values: number, fast: Sample, plain: Sample): void {
  const [found, expected] = [fast, plain].map(sample => {
    const out = new Float32Array(values).fill(-1);
    sample(job, out);
    return out;
  }) as [Float32Array, Float32Array];
  const largest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  const untouched = expected.filter(value => value === -1).length;
  t.diagnostic(`largest difference ${largest} levels (tolerance 0) in ${values - untouched} values`);
  assert.ok(values > untouched, 'nothing was sampled');
  assert.equal(largest, 0);
}

const axis = (size: number, scale: number, offset: number, original: number, stored = original): Axis => ({
  size,
  scale,
  offset,
  original,
  stored,
});

test('a picture shrunk while decoding has no dark border', t => {
  // White, 4000x3000, a ninth of it in 416x416.
  const job = jobOf(axis(416, 0.104, 0, 4000, 444), axis(416, 0.104, 52, 3000, 333), 'corner');
  job.pixels.data.fill(255);
  const out = new Float32Array(3 * 416 * 416);
  const plain = (colour: number) => ({ start: colour * 416 * 416, gain: 1, bias: 0, padLevel: 0 });
  sampleBilinear({ ...job, targets: [plain(0), plain(1), plain(2)] }, out);
  const levels = out.subarray(52 * 416, 364 * 416);
  const darkest = levels.reduce((least, level) => Math.min(least, level), 255);
  t.diagnostic(`darkest level ${darkest} of 255 (tolerance 0)`);
  assert.equal(darkest, 255);
});

const cases: [string, Axis, Axis][] = [
  ['640x480 letterboxed into 416x416', axis(416, 0.65, 0, 640), axis(416, 0.65, 52, 480)],
  ['enlarged, borders between pixels', axis(64, 3.7, 2.4, 16), axis(48, 3.7, 1.3, 12)],
  ['stretched', axis(320, 320 / 500, 0, 500), axis(320, 320 / 333, 0, 333)],
  ['half way between two levels', axis(320, 0.5, 0, 640), axis(320, 320 / 480, 0, 480)],
  ['far apart', axis(48, 0.03, 0, 1600), axis(24, 0.03, 0, 800)],
  ['a row of more than 64 kB', axis(64, 64 / 24_000, 0, 24_000), axis(9, 1.5, 0, 6)],
  ['shrunk while decoding', axis(416, 0.104, 0, 4000, 832), axis(312, 0.104, 0, 3000, 624)],
  ['one pixel', axis(32, 32, 0, 1), axis(32, 32, 0, 1)],
  ['one column', axis(8, 1, 3.5, 1), axis(40, 0.5, 0, 80)],
  ['wider than the memory of one picture before it', axis(2048, 0.5, 0, 4096), axis(4, 1, 0, 4)],
  ['as it is', axis(33, 1, 0, 33), axis(17, 1, 0, 17)],
  ['a row too wide to be copied', axis(64, 64 / 70_000, 1.5, 70_000), axis(32, 32 / 6, 0, 6)],
];
for (const sampling of ['corner', 'half-pixel'] as const) {
  for (const [name, across, down] of cases) {
    test(`${name}, ${sampling}: as pixel by pixel`, t => {
      const job = jobOf(across, down, sampling);
      assertSame(t, job, 3 * across.size * down.size, sampleBilinear, sampleBilinearSlowly);
    });
  }
}

/** Every source row resampled across first, and then all down, in float32: what the fast and frugal way is held against. */
function sampleCubicWhole({ pixels, across, down, targets, width }: SampleJob, out: Float32Array): void {
  const { fround } = Math;
  const rows = new Float32Array(pixels.height * width);
  const weighed = (weights: Float32Array, target: number, at: (tap: number) => number) =>
    [0, 1, 2, 3].map(tap => fround(weights[target * 4 + tap]! * at(tap))).reduce((sum, share) => fround(sum + share));
  for (const [colour, { start, gain, bias }] of targets.entries()) {
    for (let y = 0; y < pixels.height; y++) {
      const level = (x: number) => pixels.data[(y * pixels.width + x) * 3 + colour]!;
      for (let x = across.from; x < across.to; x++) {
        rows[y * width + x] = weighed(across.weights, x, tap => level(across.indices[x * 4 + tap]!));
      }
    }
    for (let y = down.from; y < down.to; y++) {
      for (let x = across.from; x < across.to; x++) {
        const value = weighed(down.weights, y, tap => rows[down.indices[y * 4 + tap]! * width + x]!);
        const whole = Math.floor(fround(Math.min(255, Math.max(0, value)) + 0.5));
        out[start + y * width + x] = fround(whole * gain) + bias;
      }
    }
  }
}

for (const [name, across, down] of cases) {
  test(`${name}, cubic: as from whole rows`, t => {
    const job = jobOf(across, down, 'half-pixel', 'cubic');
    assertSame(t, job, 3 * across.size * down.size, sampleCubic, sampleCubicWhole);
  });
}

test('cubic: a picture of very many rows takes no memory for those that no target row needs', () => {
  const job = jobOf(axis(320, 160, 0, 2), axis(320, 320 / 200_000, 0, 200_000), 'half-pixel', 'cubic');
  const out = new Float32Array(3 * 320 * 320);
  const before = process.memoryUsage().arrayBuffers;
  sampleCubic(job, out);
  const grown = process.memoryUsage().arrayBuffers - before;
  // All rows in 320 columns would be 256 MB.
  assert.ok(grown < 1_000_000, `${grown} bytes`);
});

for (const [interpolation, sample] of Object.entries({ bilinear: sampleBilinear, cubic: sampleCubic })) {
  test(`${interpolation}: the widest pictures leave no memory behind`, () => {
    const before = wasm.memory.buffer.byteLength;
    const across = axis(416, 416 / 4_000_000, 0, 4_000_000);
    const job = jobOf(across, axis(32, 16, 0, 2), 'half-pixel', interpolation as 'bilinear' | 'cubic');
    sample(job, new Float32Array(3 * 416 * 32));
    // A row is 12 MB.
    assert.ok(
      wasm.memory.buffer.byteLength - before < 1_000_000,
      `${before} and ${wasm.memory.buffer.byteLength} bytes`,
    );
  });
}
