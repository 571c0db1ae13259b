import { FEWEST_COLUMNS, rowsSampler } from './sample-bilinear-rows.ts';
import type { SampleJob } from './sample-job.ts';
import { type LevelValues, WIDEST_ROW } from './sampling-wasm.ts';

/** Two by two pixels. Writes only the target pixels that have source pixels. `out` is (3, height, width). */
export function sampleBilinear(job: SampleJob, out: Float32Array): void {
  const { pixels, across, down, targets, width } = job;
  const columns = across.wholeTo - across.wholeFrom;
  if (columns < FEWEST_COLUMNS || down.wholeFrom >= down.wholeTo || pixels.width > WIDEST_ROW) {
    sampleBilinearSlowly(job, out);
    return;
  }
  const sample = rowsSampler(pixels, across, down, targets);
  // Pixels at the border miss source pixels.
  for (let y = down.from; y < down.wholeFrom; y++) sampleSlowly(job, y, across.from, across.to, out);
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
  for (let y = down.wholeTo; y < down.to; y++) sampleSlowly(job, y, across.from, across.to, out);
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

/** What a level of a colour becomes, to the last bit as sampleRows of assembly/bilinear.ts has it. */
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
