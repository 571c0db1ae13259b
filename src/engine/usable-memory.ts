import { totalmem } from 'node:os';
import { readProc } from '../proc/proc-files.ts';
import { cgroupMemoryLimit } from './cgroup-memory-limit.ts';

/** Bytes of memory this process may use, by the machine's own and its control groups' limits, of which Node.js reads the innermost alone. */
export function usableMemory(): number {
  // 0, or more than there can be, where nothing limits it.
  return Math.min(totalmem(), process.constrainedMemory() || Infinity, cgroupMemoryLimit(readProc));
}
