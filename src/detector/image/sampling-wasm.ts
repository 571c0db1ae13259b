import { readFileSync } from 'node:fs';
import type { Taps } from './sampling-taps.ts';

/** assembly/index.ts; pointers are bytes into the memory. */
interface Exports {
  memory: WebAssembly.Memory;
  sampleRows(
    source: number,
    bytes: number,
    rows: number,
    rowCount: number,
    blended: number,
    taps: number,
    count: number,
    levels: number,
    sure: number,
    out: number,
  ): void;
  acrossCubic(source: number, taps: number, count: number, to: number): void;
  downCubic(rows: number, count: number, levels: number, out: number): void;
}

/** What a level of one colour becomes: level * gain + bias, in float32. */
export interface LevelValues {
  gain: number;
  bias: number;
}

/** Where a source pixel or row begins, i32, and how much it weighs, f32. */
export const TAP_BYTES = 8;

/** Pixels of a row. Of wider pictures rows are not copied into WebAssembly as a whole: its memory never shrinks, and such a row may be 100 MB. */
export const WIDEST_ROW = 65_536;

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;

/** The memory is shared: one picture is sampled to its end before the next. */
export const wasm = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(new URL('./sampling.wasm', import.meta.url))),
).exports as unknown as Exports;

/** Lays pieces of so many bytes one after another, and sees to it that there is memory for them. */
export function layOut<const Sizes extends readonly number[]>(...sizes: Sizes): { [K in keyof Sizes]: number } {
  let end = 0;
  const places = sizes.map(bytes => {
    const at = end;
    end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return at;
  });
  const missing = end - wasm.memory.buffer.byteLength;
  if (missing > 0) wasm.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return places as { [K in keyof Sizes]: number };
}

/** Writes (colours, 2) f32. */
export function writeLevels(at: number, levels: readonly LevelValues[]): void {
  new Float32Array(wasm.memory.buffer, at).set(levels.flatMap(({ gain, bias }) => [gain, bias]));
}

/** Writes targets `from`..`to` of an axis, (targets, 2, taps): where each tap begins, i32, then how much each weighs, f32. */
export function writeTaps(
  at: number,
  { count, indices, weights }: Taps,
  from: number,
  to: number,
  source: { pixelBytes: number; from: number },
): void {
  const { buffer } = wasm.memory;
  const places = new Int32Array(buffer, at, (to - from) * 2 * count);
  const shares = new Float32Array(buffer, at, (to - from) * 2 * count);
  for (let target = from; target < to; target++) {
    const first = (target - from) * 2 * count;
    for (let tap = 0; tap < count; tap++) {
      places[first + tap] = indices[target * count + tap]! * source.pixelBytes - source.from;
      shares[first + count + tap] = weights[target * count + tap]!;
    }
  }
}
