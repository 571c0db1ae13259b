import { Worker } from 'node:worker_threads';
import { loadLibc } from './libc.ts';

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * Ends this process when its parent is gone. The main thread hears of that by itself, but not in the middle of
 * an inference, and never in one that hangs: Linux does it, elsewhere a thread, which takes 10 MB.
 *
 * @param parent its process id; the one that forked this process from its main thread
 */
export async function dieWithParent(parent: number): Promise<void> {
  const libc = await loadLibc();
  const prctl = libc?.call('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  if (prctl?.(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) !== 0) {
    new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: { parent } });
  } else if (process.ppid !== parent) {
    process.exit(0); // it was sooner
  }
}
