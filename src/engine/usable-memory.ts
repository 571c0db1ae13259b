import { totalmem } from 'node:os';

/** Bytes of memory this process may use, by the machine's own and its control group's limit. */
export function usableMemory(): number {
  // 0, or more than there can be, where nothing limits it.
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}
