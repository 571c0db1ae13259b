const WARM_UP = 8;
const AT_LEAST = 8;

/** Calls `work` over and over for so long, after a few calls that do not count; milliseconds of CPU a call, all threads. */
export async function repeatFor(seconds: number, work: (index: number) => Promise<unknown>): Promise<number> {
  for (let index = 0; index < WARM_UP; index++) await work(index);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  while (calls < AT_LEAST || performance.now() - startedAt < seconds * 1000) await work(calls++);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}
