import type { Pixels } from './decode.ts';
import { FEWEST_COLUMNS, type LevelValues, rowsSampler } from './sample-rows.ts';
import type { Taps } from './sampling-taps.ts';

/** Where one colour goes, and what its levels become. */
export interface ChannelTarget extends LevelValues {
  /** First index of its plane in the tensor. */
  start: number;
  /** Stands for source pixels that are missing, 0..255. */
  padLevel: number;
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
export function sampleBilinear(job: SampleJob, out: Float32Array): void {
  const { pixels, across, down, targets, width } = job;
  const columns = across.wholeTo - across.wholeFrom;
  if (columns < FEWEST_COLUMNS) {
    sampleBilinearSlowly(job, out);
    return;
  }
  const sample = rowsSampler(pixels, across, down, targets);
  // Pixels at the border miss source pixels.
  for (let y = down.from; y < Math.min(down.wholeFrom, down.to); y++) sampleSlowly(job, y, across.from, across.to, out);
  for (let y = down.wholeFrom; y < down.wholeTo; ) {
    const { count, values } = sample(y, down.wholeTo);
    for (const [colour, { start }] of targets.entries()) {
      copyRows(values[colour]!, columns, out, start + y * width + across.wholeFrom, width);
    }
    for (const end = y + count; y < end; y++) {
      sampleSlowly(job, y, across.from, across.wholeFrom, out);
      sampleSlowly(job, y, across.wholeTo, across.to, out);
    }
  }
  for (let y = Math.max(down.wholeTo, down.from); y < down.to; y++) {
    sampleSlowly(job, y, across.from, across.to, out);
  }
}

/** Rows of `columns` numbers into a plane of `width` columns, from `at` on. */
function copyRows(rows: Float32Array, columns: number, plane: Float32Array, at: number, width: number): void {
  if (columns === width) {
    plane.set(rows, at);
    return;
  }
  for (let from = 0; from < rows.length; from += columns) {
    plane.set(rows.subarray(from, from + columns), at);
    at += width;
  }
}

/** What a level of a colour becomes, to the last bit as sampleRows of assembly/sample-rows.ts has it. */
function levelValue(level: number, { gain, bias }: LevelValues): number {
  return Math.fround(level * gain) + bias;
}

/** The same, pixel by pixel: what the fast way is held against. */
export function sampleBilinearSlowly(job: SampleJob, out: Float32Array): void {
  for (let y = job.down.from; y < job.down.to; y++) sampleSlowly(job, y, job.across.from, job.across.to, out);
}

/** Target pixels `from`..`to` of row `y`; source pixels that are missing have the pad colour. */
function sampleSlowly(
  { pixels, across, down, targets, width }: SampleJob,
  y: number,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const { data } = pixels;
  const { indices, weights, wholeFrom, wholeTo } = across;
  const upper = down.indices[y * 2]! * pixels.width * 3;
  const lower = down.indices[y * 2 + 1]! * pixels.width * 3;
  const upperWeight = down.weights[y * 2]!;
  const lowerWeight = down.weights[y * 2 + 1]!;
  const rowWeight = upperWeight + lowerWeight;
  const rowIsWhole = y >= down.wholeFrom && y < down.wholeTo;
  for (let x = from; x < to; x++) {
    const left = indices[x * 2]! * 3;
    const right = indices[x * 2 + 1]! * 3;
    const leftWeight = weights[x * 2]!;
    const rightWeight = weights[x * 2 + 1]!;
    const wa = upperWeight * leftWeight;
    const wb = upperWeight * rightWeight;
    const wc = lowerWeight * leftWeight;
    const wd = lowerWeight * rightWeight;
    const isWhole = rowIsWhole && x >= wholeFrom && x < wholeTo;
    const missing = isWhole ? 0 : 1 - rowWeight * (leftWeight + rightWeight);
    for (const [colour, target] of targets.entries()) {
      const value =
        wa * data[upper + left + colour]! +
        wb * data[upper + right + colour]! +
        wc * data[lower + left + colour]! +
        wd * data[lower + right + colour]!;
      const level = (value + missing * target.padLevel + 0.5) | 0;
      out[target.start + y * width + x] = levelValue(level, target);
    }
  }
}

/** Four by four pixels, across first and then down, for half-pixel sampling. `out` is (3, height, width). */
export function sampleCubic({ pixels, across, down, targets, width }: SampleJob, out: Float32Array): void {
  const { data } = pixels;
  const { indices, weights, from, to } = across;
  // (4, width): source rows of one colour resampled across, row `y` in slot `y % 4`. A target row needs at most four neighbours,
  // and the next one the same or later ones, so that a picture of a million rows takes no more memory than one of four.
  const rows = new Float32Array(4 * width);
  const held = new Int32Array(4);
  for (const [colour, target] of targets.entries()) {
    held.fill(-1);
    const placeOf = (sourceY: number) => {
      const slot = sourceY % 4;
      if (held[slot] !== sourceY) {
        held[slot] = sourceY;
        const row = sourceY * pixels.width * 3 + colour;
        for (let x = from; x < to; x++) {
          const at = x * 4;
          rows[slot * width + x] =
            weights[at]! * data[row + indices[at]! * 3]! +
            weights[at + 1]! * data[row + indices[at + 1]! * 3]! +
            weights[at + 2]! * data[row + indices[at + 2]! * 3]! +
            weights[at + 3]! * data[row + indices[at + 3]! * 3]!;
        }
      }
      return slot * width;
    };
    for (let y = down.from; y < down.to; y++) {
      const at = y * 4;
      const r0 = placeOf(down.indices[at]!);
      const r1 = placeOf(down.indices[at + 1]!);
      const r2 = placeOf(down.indices[at + 2]!);
      const r3 = placeOf(down.indices[at + 3]!);
      const w0 = down.weights[at]!;
      const w1 = down.weights[at + 1]!;
      const w2 = down.weights[at + 2]!;
      const w3 = down.weights[at + 3]!;
      for (let x = from; x < to; x++) {
        const value = w0 * rows[r0 + x]! + w1 * rows[r1 + x]! + w2 * rows[r2 + x]! + w3 * rows[r3 + x]!;
        // Cubic overshoots at edges; 8-bit pixels cannot.
        const level = value < 0 ? 0 : value > 254.5 ? 255 : (value + 0.5) | 0;
        out[target.start + y * width + x] = levelValue(level, target);
      }
    }
  }
}
