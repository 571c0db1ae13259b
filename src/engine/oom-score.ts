import { readFileSync, writeFileSync } from 'node:fs';

/** On the scale of -1000 to 1000 (proc(5), oom_score_adj): as if an engine used half of all memory on top of its own. */
const MORE = 500;
const MAX = 1000;

/**
 * When memory runs out, the kernel is to end an engine, which is replaced in half a second, and not the service, even while
 * that holds more: the bodies of all requests.
 */
export function offerToOomKiller(pid: number): void {
  try {
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(Math.min(MAX, own + MORE)));
  } catch {
    // Not Linux, not allowed here, or the child is gone already.
  }
}
