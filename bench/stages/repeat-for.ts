const WARM_UP = 8;
const AT_LEAST = 8;

export interface Repeated<T> {
  /** Milliseconds of CPU a call, all threads. */
  cpuMs: number;
  /** Of every call that counts. */
  results: T[];
}

/**
 * Calls `work` over and over for so long, after a few calls that do not count.
 *
 * @param round so many calls belong together: it ends with a whole number of rounds, in which every picture counts alike
 */
export async function repeatFor<T>(
  seconds: number,
  work: (index: number) => Promise<T>,
  round = 1,
): Promise<Repeated<T>> {
  for (let index = 0; index < WARM_UP; index++) await work(index);
  const results: T[] = [];
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const isEnough = () => results.length >= AT_LEAST && performance.now() - startedAt >= seconds * 1000;
  while (!isEnough() || results.length % round !== 0) results.push(await work(results.length));
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000 / results.length, results };
}
