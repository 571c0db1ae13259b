import { readdirSync } from 'node:fs';
import { readProc } from '../../src/proc/proc-files.ts';

/** All that have it in their environment, zombies excepted. */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => readProc(`/proc/${name}/environ`)?.includes(mark))
    .map(Number);
}
