import type { Pixels } from './decode.ts';
import type { Taps } from './sampling-taps.ts';
import { type LevelValues, layOut, TAP_BYTES, wasm, writeLevels, writeTaps } from './sampling-wasm.ts';

/** Rows of one picture, sampled. */
export interface SampledRows {
  count: number;
  /** (3, count, columns): red, green and blue. Until the next are sampled. */
  values: readonly [Float32Array, Float32Array, Float32Array];
}

/** Sampled at a time, so that all of it stays in the faster caches and each call is worth making. */
const ROWS = 8;
/** Source rows are copied with those between them, where these are few. */
const SOURCE_ROWS_PER_ROW = 3;
const SOURCE_BYTES = 65_536;
/** Of a row and of a pixel. */
const TAPS = 2;
/** WebAssembly samples so many pixels at a time. */
export const FEWEST_COLUMNS = 4;

/**
 * How far float32 may be from the reference's float64, generously: three roundings of values below 256 are less than 0.0001 levels.
 * So near to where a level ends, the pixel is made again in float64.
 */
const DOUBT = 0.0005;

/**
 * WebAssembly with SIMD: 0.8 ms for 640x480 into 416x320, where TypeScript takes 12 pixel by pixel. A few rows are copied into its memory and out of it at a time.
 *
 * @param across columns `wholeFrom`..`wholeTo` are sampled, at least `FEWEST_COLUMNS`
 * @returns samples target rows from `from` on, as many as go at a time, none from `to` on; all of them between `down.wholeFrom` and `down.wholeTo`
 */
export function rowsSampler(
  pixels: Pixels,
  across: Taps,
  down: Taps,
  levels: readonly [LevelValues, LevelValues, LevelValues],
): (from: number, to: number) => SampledRows {
  const { wholeFrom, wholeTo } = across;
  const columns = wholeTo - wholeFrom;
  const rowBytes = pixels.width * 3;
  const [levelsAt, rowsAt, tapsAt, sourceAt, blendedAt, outAt] = layOut(
    3 * 2 * 4,
    ROWS * TAPS * TAP_BYTES,
    columns * TAPS * TAP_BYTES,
    Math.max(SOURCE_BYTES, 2 * rowBytes) + 15,
    (rowBytes + 16) * 4,
    3 * ROWS * columns * 4,
  );
  const { buffer } = wasm.memory;
  writeLevels(levelsAt, levels);
  writeTaps(tapsAt, across, wholeFrom, wholeTo, { pixelBytes: 3 * 4, from: 0 });
  const source = new Uint8Array(buffer, sourceAt);
  const sure = areExact(across) && areExact(down) ? 0.5 : 0.5 - DOUBT;

  return (from, to) => {
    const spanOf = (rows: number) => down.indices[(from + rows) * 2 - 1]! - down.indices[from * 2]! + 1;
    let count = Math.min(ROWS, to - from);
    while (count > 1 && (spanOf(count) > SOURCE_ROWS_PER_ROW * count || spanOf(count) * rowBytes > SOURCE_BYTES)) {
      count >>= 1;
    }
    const first = down.indices[from * 2]! * rowBytes;
    source.set(pixels.data.subarray(first, first + spanOf(count) * rowBytes));
    writeTaps(rowsAt, down, from, from + count, { pixelBytes: rowBytes, from: first });
    wasm.sampleRows(sourceAt, rowBytes, rowsAt, count, blendedAt, tapsAt, columns, levelsAt, sure, outAt);
    const plane = (colour: number) => new Float32Array(buffer, outAt + colour * count * columns * 4, count * columns);
    return { count, values: [plane(0), plane(1), plane(2)] };
  };
}

/** Whether float32 holds every product of a level and two such weights without rounding. */
function areExact({ weights }: Taps): boolean {
  return weights.every(weight => Number.isInteger(weight * 256));
}
