// AssemblyScript: compiled to WebAssembly with SIMD by `npm run build`; src/detector/image/sample-row.ts loads and calls it.

/**
 * How far float32 may be from the reference's float64, generously: three roundings of values below 256 are less than 0.0001 levels.
 * So near to where a level ends, the pixel is made again in float64.
 */
const DOUBT: f32 = 0.0005;

/**
 * One row of the network input by bilinear sampling, down first and then across: to the last bit what `sampleSlowly` in
 * src/detector/image/sample.ts does, which stays as the reference. The three colours of a pixel share a vector of float32;
 * where that could round to another level than the reference, float64 decides.
 *
 * All pointers are bytes into the memory.
 *
 * @param upper, lower (width, 3) source rows of RGB bytes, with 15 bytes to spare behind them
 * @param bytes width * 3
 * @param blended (width, 3) f32: for the row between the two, with 64 bytes to spare behind it
 * @param indices (count, 2) i32: source pixels of each target pixel
 * @param weights (count, 2) f32
 * @param values (3, 256) f32: what each level of red, green and blue becomes
 * @param out (3, count) f32
 */
export function sampleRow(
  upper: usize,
  lower: usize,
  bytes: usize,
  upperWeight: f32,
  lowerWeight: f32,
  blended: usize,
  indices: usize,
  weights: usize,
  count: i32,
  values: usize,
  out: usize,
): void {
  blend(upper, lower, bytes, f32x4.splat(upperWeight), f32x4.splat(lowerWeight), blended);
  const half = f32x4.splat(0.5);
  const sure = f32x4.splat(0.5 - DOUBT);
  const plane = (<usize>count) << 2;
  const end = out + plane;
  for (let to = out; to < end; to += 4) {
    const left = (<usize>load<i32>(indices)) * 3;
    const right = (<usize>load<i32>(indices, 4)) * 3;
    const sum = f32x4.add(
      f32x4.mul(v128.load(blended + (left << 2)), v128.load_splat<f32>(weights)),
      f32x4.mul(v128.load(blended + (right << 2)), v128.load_splat<f32>(weights, 4)),
    );
    let level = i32x4.trunc_sat_f32x4_s(f32x4.add(sum, half));
    const off = f32x4.abs(f32x4.sub(sum, f32x4.convert_i32x4_s(level)));
    // Three lanes: the fourth belongs to the next pixel.
    if ((i32x4.bitmask(f32x4.gt(off, sure)) & 7) != 0) {
      const wl = <f64>load<f32>(weights);
      const wr = <f64>load<f32>(weights, 4);
      const wa = <f64>upperWeight * wl;
      const wb = <f64>upperWeight * wr;
      const wc = <f64>lowerWeight * wl;
      const wd = <f64>lowerWeight * wr;
      level = i32x4.replace_lane(level, 0, exactly(upper, lower, left, right, wa, wb, wc, wd));
      level = i32x4.replace_lane(level, 1, exactly(upper, lower, left + 1, right + 1, wa, wb, wc, wd));
      level = i32x4.replace_lane(level, 2, exactly(upper, lower, left + 2, right + 2, wa, wb, wc, wd));
    }
    store<f32>(to, load<f32>(values + ((<usize>i32x4.extract_lane(level, 0)) << 2)));
    store<f32>(to + plane, load<f32>(values + ((<usize>i32x4.extract_lane(level, 1)) << 2), 1024));
    store<f32>(to + 2 * plane, load<f32>(values + ((<usize>i32x4.extract_lane(level, 2)) << 2), 2048));
    indices += 8;
    weights += 8;
  }
}

/** The level of one colour, in the order of the reference, so that the last bit is the same. */
function exactly(
  upper: usize,
  lower: usize,
  left: usize,
  right: usize,
  wa: f64,
  wb: f64,
  wc: f64,
  wd: f64,
): i32 {
  return <i32>(
    (wa * <f64>load<u8>(upper + left) +
      wb * <f64>load<u8>(upper + right) +
      wc * <f64>load<u8>(lower + left) +
      wd * <f64>load<u8>(lower + right) +
      0.5)
  );
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
    v128.store(to, between(i32x4.extend_low_i16x8_u(u0), i32x4.extend_low_i16x8_u(l0), wu, wl));
    v128.store(to, between(i32x4.extend_high_i16x8_u(u0), i32x4.extend_high_i16x8_u(l0), wu, wl), 16);
    v128.store(to, between(i32x4.extend_low_i16x8_u(u1), i32x4.extend_low_i16x8_u(l1), wu, wl), 32);
    v128.store(to, between(i32x4.extend_high_i16x8_u(u1), i32x4.extend_high_i16x8_u(l1), wu, wl), 48);
    to += 64;
  }
}

// @ts-ignore: decorator
@inline
function between(upper: v128, lower: v128, wu: v128, wl: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(upper), wu), f32x4.mul(f32x4.convert_i32x4_s(lower), wl));
}
