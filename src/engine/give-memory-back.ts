import { loadLibc } from './libc.ts';

/** With half a minute 25 MB more were resident after 5,000 pictures of mixed sizes; no difference in speed was measured. */
const WHEN_BUSY_MS = 2000;
const WHEN_IDLE_MS = 300;
/** Left to itself V8 collects what is old when there is twice as much, and bytes of pictures live as long. A collection takes some 25 ms with all CPUs busy. */
const COLLECT_AFTER_MS = 20_000;

/**
 * Gives back to the system what loading the models left behind: ONNX Runtime builds a session in pieces that glibc keeps for later, and the bytes of the graph
 * wait for a garbage collection. Does nothing where there is no glibc.
 *
 * @returns to be called after each piece of work: gives back what work leaves behind, 10 to 40 MB after large pictures in 1 to 4 ms,
 * every two seconds and at its end
 */
export async function giveMemoryBack(): Promise<() => void> {
  const collect = () => globalThis.gc?.(); // fork-engine.ts exposes it
  collect();
  let collectedAt = performance.now();
  const libc = await loadLibc();
  if (libc === undefined) return () => {};
  const trim = libc('int malloc_trim(size_t)');
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
