import { blues, distance, greens, nearest, reds, valueOf } from './level-values';

/**
 * Rows of the network input by bilinear sampling, down first and then across: to the last bit what `sampleSlowly` in
 * src/detector/image/sample-bilinear.ts does, which stays as the reference. Four pixels are made at a time; where float32 could round one of them to
 * another level than the reference, float64 decides.
 *
 * All pointers are bytes into the memory.
 *
 * @param source (any, width, 3) rows of RGB bytes, with 15 bytes to spare behind them
 * @param bytes width * 3
 * @param rows (rowCount, 4): i32 where the row above begins in `source`, i32 the row below, f32 how much the one weighs, f32 the other
 * @param blended (width, 3) f32: for the row between the two, with 64 bytes to spare behind it
 * @param taps (count, 4): i32 where the pixel on the left begins in `blended`, i32 the one on the right, f32 and f32 how much they weigh
 * @param count at least 4
 * @param levels (3, 2) f32: level * gain + bias, for red, green and blue
 * @param sure how far from a whole level a pixel may be for float32 to be believed: 0.5 for always
 * @param out (3, rowCount, count) f32
 */
export function sampleRows(
  source: usize,
  bytes: usize,
  rows: usize,
  rowCount: usize,
  blended: usize,
  taps: usize,
  count: usize,
  levels: usize,
  sure: f32,
  out: usize,
): void {
  const end = rows + (rowCount << 4);
  const plane = rowCount * count * 4;
  const lastTaps = taps + ((count - 4) << 4);
  for (; rows < end; rows += 16) {
    const upper = source + <usize>load<i32>(rows);
    const lower = source + <usize>load<i32>(rows, 4);
    blend(upper, lower, bytes, v128.load_splat<f32>(rows, 8), v128.load_splat<f32>(rows, 12), blended);
    let four = taps;
    while (true) {
      const to = out + ((four - taps) >> 2);
      const p0 = between(blended, four);
      const p1 = between(blended, four + 16);
      const p2 = between(blended, four + 32);
      const p3 = between(blended, four + 48);
      const red = reds(p0, p1, p2, p3);
      const green = greens(p0, p1, p2, p3);
      const blue = blues(p0, p1, p2, p3);
      const redLevel = nearest(red);
      const greenLevel = nearest(green);
      const blueLevel = nearest(blue);
      const off = f32x4.pmax(f32x4.pmax(distance(red, redLevel), distance(green, greenLevel)), distance(blue, blueLevel));
      if (v128.any_true(f32x4.gt(off, f32x4.splat(sure)))) {
        fourExactly(upper, lower, rows, four, levels, plane, to);
      } else {
        v128.store(to, valueOf(redLevel, levels));
        v128.store(to + plane, valueOf(greenLevel, levels + 8));
        v128.store(to + 2 * plane, valueOf(blueLevel, levels + 16));
      }
      if (four === lastTaps) break;
      // The last four may be some of those before again.
      four = min(four + 64, lastTaps);
    }
    out += count << 2;
  }
}

/** The three colours of a pixel, and something. */
// @ts-ignore: decorator
@inline
function between(blended: usize, tap: usize): v128 {
  return f32x4.add(
    f32x4.mul(v128.load(blended + <usize>load<i32>(tap)), v128.load_splat<f32>(tap, 8)),
    f32x4.mul(v128.load(blended + <usize>load<i32>(tap, 4)), v128.load_splat<f32>(tap, 12)),
  );
}

/** Four pixels in the order of the reference, so that the last bit is the same. */
function fourExactly(
  upper: usize,
  lower: usize,
  row: usize,
  four: usize,
  levels: usize,
  plane: usize,
  to: usize,
): void {
  const upperWeight = <f64>load<f32>(row, 8);
  const lowerWeight = <f64>load<f32>(row, 12);
  for (let tap = four; tap < four + 64; tap += 16) {
    // In `blended` a byte is a float.
    const left = (<usize>load<i32>(tap)) >> 2;
    const right = (<usize>load<i32>(tap, 4)) >> 2;
    const leftWeight = <f64>load<f32>(tap, 8);
    const rightWeight = <f64>load<f32>(tap, 12);
    const wa = upperWeight * leftWeight;
    const wb = upperWeight * rightWeight;
    const wc = lowerWeight * leftWeight;
    const wd = lowerWeight * rightWeight;
    for (let colour: usize = 0; colour < 3; colour++) {
      const level = <i32>(
        (wa * <f64>load<u8>(upper + left + colour) +
          wb * <f64>load<u8>(upper + right + colour) +
          wc * <f64>load<u8>(lower + left + colour) +
          wd * <f64>load<u8>(lower + right + colour) +
          0.5)
      );
      const value = <f32>level * load<f32>(levels + colour * 8) + load<f32>(levels + colour * 8, 4);
      store<f32>(to + colour * plane, value);
    }
    to += 4;
  }
}

/** Sixteen bytes at a time. */
// @ts-ignore: decorator
@inline
function blend(upper: usize, lower: usize, bytes: usize, wu: v128, wl: v128, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const u = v128.load(upper + at);
    const l = v128.load(lower + at);
    const u0 = i16x8.extend_low_i8x16_u(u);
    const u1 = i16x8.extend_high_i8x16_u(u);
    const l0 = i16x8.extend_low_i8x16_u(l);
    const l1 = i16x8.extend_high_i8x16_u(l);
    v128.store(to, weigh(i32x4.extend_low_i16x8_u(u0), i32x4.extend_low_i16x8_u(l0), wu, wl));
    v128.store(to, weigh(i32x4.extend_high_i16x8_u(u0), i32x4.extend_high_i16x8_u(l0), wu, wl), 16);
    v128.store(to, weigh(i32x4.extend_low_i16x8_u(u1), i32x4.extend_low_i16x8_u(l1), wu, wl), 32);
    v128.store(to, weigh(i32x4.extend_high_i16x8_u(u1), i32x4.extend_high_i16x8_u(l1), wu, wl), 48);
    to += 64;
  }
}

// @ts-ignore: decorator
@inline
function weigh(upper: v128, lower: v128, wu: v128, wl: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(upper), wu), f32x4.mul(f32x4.convert_i32x4_s(lower), wl));
}
