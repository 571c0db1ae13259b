import { availableParallelism } from 'node:os';

/** CPUs this process may use, at least 1. */
export function usableCpus(): number {
  return availableParallelism();
}
