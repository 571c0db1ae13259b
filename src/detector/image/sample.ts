import type { Pixels } from './decode.ts';
import type { Taps } from './sampling-taps.ts';

export interface SampleJob {
  pixels: Pixels;
  /** 0 red, 1 green, 2 blue. */
  channel: number;
  across: Taps;
  down: Taps;
  /** Stands for source pixels that are missing, 0..255. */
  padLevel: number;
  /** out = level * gain + bias */
  gain: number;
  bias: number;
  /** Target pixels a row. */
  width: number;
}

/** Two by two pixels; writes only the targets that have source pixels. `out` is one plane, (height, width). */
export function sampleBilinear(job: SampleJob, out: Float32Array): void {
  const { across, down, padLevel, gain, bias, width } = job;
  const { data } = job.pixels;
  for (let y = down.from; y < down.to; y++) {
    const upper = down.indices[y * 2]! * job.pixels.width * 3 + job.channel;
    const lower = down.indices[y * 2 + 1]! * job.pixels.width * 3 + job.channel;
    const upperWeight = down.weights[y * 2]!;
    const lowerWeight = down.weights[y * 2 + 1]!;
    const rowWeight = upperWeight + lowerWeight;
    for (let x = across.from; x < across.to; x++) {
      const left = across.indices[x * 2]! * 3;
      const right = across.indices[x * 2 + 1]! * 3;
      const leftWeight = across.weights[x * 2]!;
      const rightWeight = across.weights[x * 2 + 1]!;
      const inside =
        upperWeight * (leftWeight * data[upper + left]! + rightWeight * data[upper + right]!) +
        lowerWeight * (leftWeight * data[lower + left]! + rightWeight * data[lower + right]!);
      const outside = 1 - rowWeight * (leftWeight + rightWeight);
      const level = (inside + outside * padLevel + 0.5) | 0;
      out[y * width + x] = level * gain + bias;
    }
  }
}

/** Four by four pixels, across first and then down, for half-pixel sampling. `out` is one plane, (height, width). */
export function sampleCubic(job: SampleJob, out: Float32Array): void {
  const { across, down, gain, bias, width, pixels } = job;
  const { data } = pixels;
  // (stored rows, width): every source row resampled across
  const rows = new Float32Array(pixels.height * width);
  for (let y = 0; y < pixels.height; y++) {
    const row = y * pixels.width * 3 + job.channel;
    for (let x = across.from; x < across.to; x++) {
      const at = x * 4;
      rows[y * width + x] =
        across.weights[at]! * data[row + across.indices[at]! * 3]! +
        across.weights[at + 1]! * data[row + across.indices[at + 1]! * 3]! +
        across.weights[at + 2]! * data[row + across.indices[at + 2]! * 3]! +
        across.weights[at + 3]! * data[row + across.indices[at + 3]! * 3]!;
    }
  }
  for (let y = down.from; y < down.to; y++) {
    const at = y * 4;
    const [w0, w1, w2, w3] = [down.weights[at]!, down.weights[at + 1]!, down.weights[at + 2]!, down.weights[at + 3]!];
    const [r0, r1, r2, r3] = [0, 1, 2, 3].map(tap => down.indices[at + tap]! * width) as [
      number,
      number,
      number,
      number,
    ];
    for (let x = across.from; x < across.to; x++) {
      const value = w0 * rows[r0 + x]! + w1 * rows[r1 + x]! + w2 * rows[r2 + x]! + w3 * rows[r3 + x]!;
      // Cubic overshoots at edges; 8-bit pixels cannot.
      const level = Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
      out[y * width + x] = level * gain + bias;
    }
  }
}
