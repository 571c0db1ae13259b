/** Of four pixels, (red, green, blue, something) each: their reds. */
// @ts-ignore: decorator
@inline
export function reds(p0: v128, p1: v128, p2: v128, p3: v128): v128 {
  return v128.shuffle<f64>(v128.shuffle<f32>(p0, p1, 0, 4, 1, 5), v128.shuffle<f32>(p2, p3, 0, 4, 1, 5), 0, 2);
}

// @ts-ignore: decorator
@inline
export function greens(p0: v128, p1: v128, p2: v128, p3: v128): v128 {
  return v128.shuffle<f64>(v128.shuffle<f32>(p0, p1, 0, 4, 1, 5), v128.shuffle<f32>(p2, p3, 0, 4, 1, 5), 1, 3);
}

// @ts-ignore: decorator
@inline
export function blues(p0: v128, p1: v128, p2: v128, p3: v128): v128 {
  return v128.shuffle<f64>(v128.shuffle<f32>(p0, p1, 2, 6, 3, 7), v128.shuffle<f32>(p2, p3, 2, 6, 3, 7), 0, 2);
}

/** The whole levels next to four values, up where there are two. */
// @ts-ignore: decorator
@inline
export function nearest(values: v128): v128 {
  return f32x4.floor(f32x4.add(values, f32x4.splat(0.5)));
}

// @ts-ignore: decorator
@inline
export function distance(a: v128, b: v128): v128 {
  return f32x4.abs(f32x4.sub(a, b));
}

/**
 * What four levels of one colour become.
 *
 * @param levels (2) f32: level * gain + bias
 */
// @ts-ignore: decorator
@inline
export function valueOf(level: v128, levels: usize): v128 {
  return f32x4.add(f32x4.mul(level, v128.load_splat<f32>(levels)), v128.load_splat<f32>(levels, 4));
}
