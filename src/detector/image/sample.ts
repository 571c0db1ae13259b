import type { Pixels } from './decode.ts';
import type { Taps } from './sampling-taps.ts';

/** Where one colour goes. */
export interface ChannelTarget {
  /** First index of its plane in the tensor. */
  start: number;
  /** (256): what each level becomes. */
  values: Float32Array;
  /** Stands for source pixels that are missing, 0..255, and what that becomes. */
  padLevel: number;
  padValue: number;
}

export interface SampleJob {
  pixels: Pixels;
  across: Taps;
  down: Taps;
  /** Red, green, blue. */
  targets: readonly [ChannelTarget, ChannelTarget, ChannelTarget];
  /** Target pixels a row. */
  width: number;
}

/** Two by two pixels. Writes only the target pixels that have source pixels. `out` is (3, height, width). */
export function sampleBilinear({ pixels, across, down, targets, width }: SampleJob, out: Float32Array): void {
  const { data } = pixels;
  const row = pixels.width * 3;
  const [red, green, blue] = targets;
  const { indices, weights, from, to } = across;
  for (let y = down.from; y < down.to; y++) {
    const upper = down.indices[y * 2]! * row;
    const lower = down.indices[y * 2 + 1]! * row;
    const upperWeight = down.weights[y * 2]!;
    const lowerWeight = down.weights[y * 2 + 1]!;
    const rowWeight = upperWeight + lowerWeight;
    for (let x = from; x < to; x++) {
      const left = indices[x * 2]! * 3;
      const right = indices[x * 2 + 1]! * 3;
      const leftWeight = weights[x * 2]!;
      const rightWeight = weights[x * 2 + 1]!;
      const a = upper + left;
      const b = upper + right;
      const c = lower + left;
      const d = lower + right;
      const wa = upperWeight * leftWeight;
      const wb = upperWeight * rightWeight;
      const wc = lowerWeight * leftWeight;
      const wd = lowerWeight * rightWeight;
      const missing = 1 - rowWeight * (leftWeight + rightWeight);
      const at = y * width + x;
      const r = wa * data[a]! + wb * data[b]! + wc * data[c]! + wd * data[d]!;
      const g = wa * data[a + 1]! + wb * data[b + 1]! + wc * data[c + 1]! + wd * data[d + 1]!;
      const bl = wa * data[a + 2]! + wb * data[b + 2]! + wc * data[c + 2]! + wd * data[d + 2]!;
      out[red.start + at] = red.values[(r + missing * red.padLevel + 0.5) | 0]!;
      out[green.start + at] = green.values[(g + missing * green.padLevel + 0.5) | 0]!;
      out[blue.start + at] = blue.values[(bl + missing * blue.padLevel + 0.5) | 0]!;
    }
  }
}

/** Four by four pixels, across first and then down, for half-pixel sampling. `out` is (3, height, width). */
export function sampleCubic({ pixels, across, down, targets, width }: SampleJob, out: Float32Array): void {
  const { data } = pixels;
  const { indices, weights, from, to } = across;
  // (stored rows, width): every source row of one colour resampled across
  const rows = new Float32Array(pixels.height * width);
  for (const [colour, { start, values }] of targets.entries()) {
    for (let y = 0; y < pixels.height; y++) {
      const row = y * pixels.width * 3 + colour;
      for (let x = from; x < to; x++) {
        const at = x * 4;
        rows[y * width + x] =
          weights[at]! * data[row + indices[at]! * 3]! +
          weights[at + 1]! * data[row + indices[at + 1]! * 3]! +
          weights[at + 2]! * data[row + indices[at + 2]! * 3]! +
          weights[at + 3]! * data[row + indices[at + 3]! * 3]!;
      }
    }
    for (let y = down.from; y < down.to; y++) {
      const at = y * 4;
      const r0 = down.indices[at]! * width;
      const r1 = down.indices[at + 1]! * width;
      const r2 = down.indices[at + 2]! * width;
      const r3 = down.indices[at + 3]! * width;
      const w0 = down.weights[at]!;
      const w1 = down.weights[at + 1]!;
      const w2 = down.weights[at + 2]!;
      const w3 = down.weights[at + 3]!;
      for (let x = from; x < to; x++) {
        const value = w0 * rows[r0 + x]! + w1 * rows[r1 + x]! + w2 * rows[r2 + x]! + w3 * rows[r3 + x]!;
        // Cubic overshoots at edges; 8-bit pixels cannot.
        const level = value < 0 ? 0 : value > 254.5 ? 255 : (value + 0.5) | 0;
        out[start + y * width + x] = values[level]!;
      }
    }
  }
}
