import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SampleJob, sampleBilinear, sampleBilinearSlowly } from '../../../src/detector/image/sample.ts';
import { type Axis, samplingTaps } from '../../../src/detector/image/sampling-taps.ts';
import { seededRandom } from '../../support/random.ts';

/** The fast way against the plain one: equal to the last bit. */

function jobOf(across: Axis, down: Axis, sampling: 'corner' | 'half-pixel'): SampleJob {
  const random = seededRandom(5);
  const data = Uint8Array.from({ length: across.stored * down.stored * 3 }, () => random() * 256);
  const plane = across.size * down.size;
  const picture = { width: across.original, height: down.original };
  const target = (colour: number) => ({
    start: colour * plane,
    values: Float32Array.from({ length: 256 }, (_, level) => level + 1000 * colour),
    padLevel: 114,
    padValue: 114 + 1000 * colour,
  });
  return {
    pixels: { data, width: across.stored, height: down.stored, picture },
    across: samplingTaps(across, 'bilinear', sampling),
    down: samplingTaps(down, 'bilinear', sampling),
    targets: [target(2), target(0), target(1)],
    width: across.size,
  };
}

const axis = (size: number, scale: number, offset: number, original: number, stored = original): Axis => ({
  size,
  scale,
  offset,
  original,
  stored,
});

const cases: [string, Axis, Axis][] = [
  ['640x480 letterboxed into 416x416', axis(416, 0.65, 0, 640), axis(416, 0.65, 52, 480)],
  ['enlarged, borders between pixels', axis(64, 3.7, 2.4, 16), axis(48, 3.7, 1.3, 12)],
  ['stretched', axis(320, 320 / 500, 0, 500), axis(320, 320 / 333, 0, 333)],
  ['shrunk while decoding', axis(416, 0.104, 0, 4000, 832), axis(312, 0.104, 0, 3000, 624)],
  ['one pixel', axis(32, 32, 0, 1), axis(32, 32, 0, 1)],
  ['one column', axis(8, 1, 3.5, 1), axis(40, 0.5, 0, 80)],
  ['wider than the memory of one picture before it', axis(2048, 0.5, 0, 4096), axis(4, 1, 0, 4)],
  ['as it is', axis(33, 1, 0, 33), axis(17, 1, 0, 17)],
];
for (const sampling of ['corner', 'half-pixel'] as const) {
  for (const [name, across, down] of cases) {
    test(`${name}, ${sampling}: as pixel by pixel`, t => {
      const job = jobOf(across, down, sampling);
      const [fast, slow] = [0, 1].map(() => new Float32Array(3 * across.size * down.size).fill(-1)) as [
        Float32Array,
        Float32Array,
      ];
      sampleBilinear(job, fast);
      sampleBilinearSlowly(job, slow);
      let largest = 0;
      for (let i = 0; i < fast.length; i++) {
        largest = Math.max(largest, Math.abs(fast[i]! - slow[i]!));
      }
      const untouched = slow.filter(value => value === -1).length;
      t.diagnostic(`largest difference ${largest} levels (tolerance 0) in ${fast.length - untouched} values`);
      assert.ok(fast.length > untouched, 'nothing was sampled');
      assert.equal(largest, 0);
    });
  }
}
