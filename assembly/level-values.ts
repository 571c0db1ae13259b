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
