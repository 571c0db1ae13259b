import type { OutputTensor } from './session.ts';

/** Whether two runs gave the same, to the last bit. */
export function areSame(a: Record<string, OutputTensor>, b: Record<string, OutputTensor>): boolean {
  return Object.entries(a).every(([name, { data }]) => {
    const other = b[name]?.data;
    return other !== undefined && data.length === other.length && data.every((value, i) => Object.is(value, other[i]));
  });
}
