import { readFileSync } from 'node:fs';

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
