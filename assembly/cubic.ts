import { blues, greens, nearest, reds, valueOf } from './level-values';

/**
 * One source row resampled across: four pixels make one. Everything is float32, in the order of the taps.
 *
 * All pointers are bytes into the memory.
 *
 * @param source (width, 3) RGB bytes, with one byte to spare behind them
 * @param taps (count, 8): i32 where each of four pixels begins in `source`, f32 how much each weighs
 * @param to (count, 4) f32: red, green, blue, and something
 */
export function acrossCubic(source: usize, taps: usize, count: usize, to: usize): void {
  for (const end = taps + (count << 5); taps < end; taps += 32) {
    let sum = weighedPixel(source, taps);
    sum = f32x4.add(sum, weighedPixel(source, taps + 4));
    sum = f32x4.add(sum, weighedPixel(source, taps + 8));
    sum = f32x4.add(sum, weighedPixel(source, taps + 12));
    v128.store(to, sum);
    to += 16;
  }
}

// @ts-ignore: decorator
@inline
function weighedPixel(source: usize, tap: usize): v128 {
  const bytes = v128.load32_zero(source + <usize>load<i32>(tap));
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
  return f32x4.mul(f32x4.convert_i32x4_s(words), v128.load_splat<f32>(tap, 16));
}

/**
 * One row of the network input: four rows of `acrossCubic` make one. Everything is float32, in the order of the rows; cubic overshoots at edges,
 * 8-bit pixels cannot.
 *
 * @param rows (4, 2): i32 where each row begins, f32 how much it weighs
 * @param count a multiple of 4
 * @param levels (3, 2) f32: level * gain + bias, for red, green and blue
 * @param out (3, count) f32
 */
export function downCubic(rows: usize, count: usize, levels: usize, out: usize): void {
  const plane = count << 2;
  const bytes = count << 4;
  for (let at: usize = 0; at < bytes; at += 64) {
    const p0 = between(rows, at);
    const p1 = between(rows, at + 16);
    const p2 = between(rows, at + 32);
    const p3 = between(rows, at + 48);
    v128.store(out, valueOf(level(reds(p0, p1, p2, p3)), levels));
    v128.store(out + plane, valueOf(level(greens(p0, p1, p2, p3)), levels + 8));
    v128.store(out + 2 * plane, valueOf(level(blues(p0, p1, p2, p3)), levels + 16));
    out += 16;
  }
}

// @ts-ignore: decorator
@inline
function between(rows: usize, at: usize): v128 {
  let sum = weighedRow(rows, at);
  sum = f32x4.add(sum, weighedRow(rows + 8, at));
  sum = f32x4.add(sum, weighedRow(rows + 16, at));
  return f32x4.add(sum, weighedRow(rows + 24, at));
}

// @ts-ignore: decorator
@inline
function weighedRow(row: usize, at: usize): v128 {
  return f32x4.mul(v128.load(<usize>load<i32>(row) + at), v128.load_splat<f32>(row, 4));
}

// @ts-ignore: decorator
@inline
function level(values: v128): v128 {
  return nearest(f32x4.pmin(f32x4.pmax(values, f32x4.splat(0)), f32x4.splat(255)));
}
