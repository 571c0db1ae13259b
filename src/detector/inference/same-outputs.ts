import type { OutputTensor } from './session.ts';

/** Whether two runs gave the same, to the last bit. */
export function areSame(a: Record<string, OutputTensor>, b: Record<string, OutputTensor>): boolean {
  return Object.entries(a).every(([name, { data }]) => {
    const other = b[name]?.data;
    return other !== undefined && data.length === other.length && data.every((value, i) => Object.is(value, other[i]));
  });
}

/** How far apart two runs are: the largest difference, as a part of the largest value of its output where that is over 1. */
export function largestDifference(a: Record<string, OutputTensor>, b: Record<string, OutputTensor>): number {
  let largest = 0;
  for (const [name, { data }] of Object.entries(a)) {
    const other = b[name]?.data;
    if (other === undefined || data.length !== other.length) return Infinity;
    let scale = 1;
    let difference = 0;
    for (const [i, value] of data.entries()) {
      if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
      if (Object.is(value, other[i])) continue;
      difference = Math.max(difference, Math.abs(value - other[i]!));
    }
    if (Number.isNaN(difference)) return Infinity;
    largest = Math.max(largest, difference / scale);
  }
  return largest;
}
