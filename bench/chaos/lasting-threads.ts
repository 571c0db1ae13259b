import { readdirSync } from 'node:fs';
import { readProc } from '../../src/proc/proc-files.ts';

/** libvips and pango have more of them the more pictures were drawn and decoded at once, and libvips ends those that are idle. */
const AS_NEEDED = /^(?:libvips worker|\[pango\] )/;

/** Threads of some processes that are there whatever they were asked, by the names that the kernel has of them. */
export function lastingThreads(pids: readonly number[]): number {
  return pids.flatMap(namesOf).filter(name => !AS_NEEDED.test(name)).length;
}

function namesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(task => readProc(`/proc/${pid}/task/${task}/comm`) ?? '');
  } catch {
    return []; // it has just ended
  }
}
