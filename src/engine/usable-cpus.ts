import { availableParallelism } from 'node:os';
import { readProc } from '../proc/proc-files.ts';
import { cgroupCpuLimit } from './cgroup-cpu-limit.ts';

/** Whole CPUs this process may keep busy, by its affinity and its control groups' quota; at least 1. */
export function usableCpus(): number {
  return Math.max(1, Math.floor(Math.min(availableParallelism(), cgroupCpuLimit(readProc))));
}
