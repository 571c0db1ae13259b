import { posix } from 'node:path';
import type { ReadText } from '../proc/proc-files.ts';
import { cgroupFolders } from './cgroup-folders.ts';

/** What ends in the out-of-memory killer, and in v2 also what slows a group down until it is below. */
const FILES = { 1: ['memory.limit_in_bytes'], 2: ['memory.max', 'memory.high'] } as const;

/** Bytes that the control groups of this process allow; `Infinity`, or more than there can be, when they set no bound. */
export function cgroupMemoryLimit(read: ReadText): number {
  const limits = cgroupFolders('memory', read).flatMap(({ path, version }) =>
    FILES[version].map(file => bytes(read(posix.join(path, file)))),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

/** A number, or "max". */
function bytes(text = ''): number {
  return Number(text) > 0 ? Number(text) : Number.POSITIVE_INFINITY;
}
