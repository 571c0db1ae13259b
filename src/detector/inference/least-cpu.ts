/** At least one round; no other is begun after so many, or so long. */
export interface Rounds {
  most: number;
  ms: number;
}

/**
 * What each of some runs takes at least, in microseconds of CPU, all of them in turns. Not in time: on a busy machine a run waits for a CPU for longer than it
 * computes, and which of two waited less is chance. The process must be doing nothing else.
 */
export async function leastCpu(runs: readonly (() => Promise<unknown>)[], { most, ms }: Rounds): Promise<number[]> {
  const least = runs.map(() => Infinity);
  const startedAt = performance.now();
  for (let round = 0; round < most && (round < 1 || performance.now() - startedAt < ms); round++) {
    for (const [index, run] of runs.entries()) {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index]!, user + system);
    }
  }
  return least;
}
