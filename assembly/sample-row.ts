// AssemblyScript: compiled to WebAssembly with SIMD by `npm run build`; src/detector/image/sample-row.ts loads and calls it.

/**
 * One row of the network input by bilinear sampling: to the last bit what `sampleSlowly` in src/detector/image/sample.ts does, which
 * stays as the reference. Red and green share a vector; sums are float64, since half a level is where a picture differs.
 *
 * All pointers are bytes into the memory.
 *
 * @param upper, lower source rows of RGB bytes, each with a byte to spare behind it
 * @param indices (count, 2) i32: source pixels of each target pixel
 * @param weights (count, 2) f32
 * @param values (3, 256) f32: what each level of red, green and blue becomes
 * @param out (3, count) f32
 */
export function sampleRow(
  upper: usize,
  lower: usize,
  upperWeight: f64,
  lowerWeight: f64,
  indices: usize,
  weights: usize,
  count: i32,
  values: usize,
  out: usize,
): void {
  const half = f64x2.splat(0.5);
  const plane = (<usize>count) << 2;
  for (let x = 0; x < count; x++) {
    const at = (<usize>x) << 3;
    const left = (<usize>load<i32>(indices + at)) * 3;
    const right = (<usize>load<i32>(indices + at, 4)) * 3;
    const leftWeight = <f64>load<f32>(weights + at);
    const rightWeight = <f64>load<f32>(weights + at, 4);
    const a = pixel(upper + left);
    const b = pixel(upper + right);
    const c = pixel(lower + left);
    const d = pixel(lower + right);
    const wa = f64x2.splat(upperWeight * leftWeight);
    const wb = f64x2.splat(upperWeight * rightWeight);
    const wc = f64x2.splat(lowerWeight * leftWeight);
    const wd = f64x2.splat(lowerWeight * rightWeight);
    const redGreen = level(
      f64x2.add(sum(f64x2.mul(wa, low(a)), f64x2.mul(wb, low(b)), f64x2.mul(wc, low(c)), f64x2.mul(wd, low(d))), half),
    );
    const blue = level(
      f64x2.add(
        sum(f64x2.mul(wa, high(a)), f64x2.mul(wb, high(b)), f64x2.mul(wc, high(c)), f64x2.mul(wd, high(d))),
        half,
      ),
    );
    const to = out + ((<usize>x) << 2);
    store<f32>(to, load<f32>(values + ((<usize>i32x4.extract_lane(redGreen, 0)) << 2)));
    store<f32>(to + plane, load<f32>(values + ((<usize>i32x4.extract_lane(redGreen, 1)) << 2), 1024));
    store<f32>(to + 2 * plane, load<f32>(values + ((<usize>i32x4.extract_lane(blue, 0)) << 2), 2048));
  }
}

/** Four bytes as i32. */
// @ts-ignore: decorator
@inline
function pixel(from: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
}

// @ts-ignore: decorator
@inline
function low(pixel: v128): v128 {
  return f64x2.convert_low_i32x4_u(pixel);
}

// @ts-ignore: decorator
@inline
function high(pixel: v128): v128 {
  return f64x2.convert_low_i32x4_u(v128.shuffle<i32>(pixel, pixel, 2, 3, 2, 3));
}

/** In the order of the reference, so that the last bit is the same. */
// @ts-ignore: decorator
@inline
function sum(a: v128, b: v128, c: v128, d: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.add(a, b), c), d);
}

// @ts-ignore: decorator
@inline
function level(value: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(value);
}
