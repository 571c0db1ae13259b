import { loadLibc } from './libc.ts';

/** Between two times that a busy engine gives memory back. With 30 s 25 MB more were resident after 5,000 pictures of mixed sizes, and it was no faster. */
const WHEN_BUSY_MS = 2000;
/** After its last picture. */
const WHEN_IDLE_MS = 300;
/** Left to itself V8 collects its old generation when that has doubled, and bytes of pictures outside the heap live as long. A collection takes some 25 ms with all CPUs busy. */
const COLLECT_AFTER_MS = 20_000;

/**
 * Gives back to the system what loading the models left behind: ONNX Runtime builds a session in pieces that glibc keeps for later, and the bytes of the graph
 * wait for a garbage collection. Does nothing where there is no glibc.
 *
 * @returns to be called after each piece of work: gives back what work leaves behind (10 to 40 MB after large pictures, in 1 to 4 ms), every
 * two seconds while there is work, and once it has ended
 */
export async function giveMemoryBack(): Promise<() => void> {
  const collect = () => globalThis.gc?.(); // fork-engine.ts exposes it
  collect();
  let collectedAt = performance.now();
  const libc = await loadLibc();
  if (libc === undefined) return () => {};
  const trim = libc.call('int malloc_trim(size_t)');
  let trimmedAt = 0;
  const giveBack = () => {
    const now = performance.now();
    if (now - collectedAt > COLLECT_AFTER_MS) {
      collect();
      collectedAt = now;
    }
    trim(0);
    trimmedAt = now;
  };
  giveBack();
  const idle = setTimeout(giveBack, WHEN_IDLE_MS);
  return () => {
    idle.refresh();
    if (performance.now() - trimmedAt > WHEN_BUSY_MS) giveBack();
  };
}
