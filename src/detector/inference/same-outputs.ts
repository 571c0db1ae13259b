import type { OutputTensor } from './session.ts';

/** How far apart a graph's answers may be from those of the same said otherwise, each number, as a part of it or of 1: sums are taken in another order. At most 4e-5 was seen. */
export const TOLERANCE = 1e-4;

/** Whether two runs gave the same, to the last bit. */
export function areSame(a: Record<string, OutputTensor>, b: Record<string, OutputTensor>): boolean {
  return Object.entries(a).every(([name, { data }]) => {
    const other = b[name]?.data;
    return other !== undefined && data.length === other.length && data.every((value, i) => Object.is(value, other[i]));
  });
}

/** How far apart two runs are: the largest difference of two numbers, as a part of the number where that is over 1. */
export function largestDifference(a: Record<string, OutputTensor>, b: Record<string, OutputTensor>): number {
  let largest = 0;
  for (const [name, { data, dims }] of Object.entries(a)) {
    const other = b[name];
    if (other === undefined || other.dims.join() !== dims.join()) return Infinity;
    for (const [i, value] of data.entries()) {
      if (Object.is(value, other.data[i])) continue;
      const difference = Math.abs(value - other.data[i]!) / Math.max(1, Math.abs(value));
      if (Number.isNaN(difference)) return Infinity;
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

/** Whether every output has numbers that differ: from no detections, all zeros or NaN nothing can be concluded. */
export function saySomething(outputs: Record<string, OutputTensor>): boolean {
  return Object.values(outputs).every(({ data }) => {
    const first = data.find(Number.isFinite);
    return data.some(value => Number.isFinite(value) && value !== first);
  });
}
