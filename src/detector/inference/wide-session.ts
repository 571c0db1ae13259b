import { runOnNoise } from './run-on-noise.ts';
import { areSame } from './same-outputs.ts';
import { type Graph, openSession, type Session } from './session.ts';

/**
 * A second session of the graph for a picture that has the CPUs to itself: two threads may answer it sooner (nanodet-g 416: 28 ms
 * instead of 33; `takeFaster` sees whether they do) and cost the others nothing while there are none. Its weights take as much
 * memory again, unless the graph is an optimised one.
 *
 * The same picture must give the same answer whichever session it meets, so only as many threads are taken as give bit for bit
 * what `narrow` gives: some kernels sum in another order with three threads or more.
 *
 * @returns undefined where no number of threads from 2 to `threads` does, or the graph does not load again
 */
export async function openWideSession(
  graph: Graph,
  threads: number,
  narrow: Session,
  input: { tensor: string; width: number; height: number },
): Promise<Session | undefined> {
  const expected = await runOnNoise(narrow, input);
  for (let count = threads; count >= 2; count--) {
    const session = await openSession(graph, { provider: 'cpu', threads: count }).catch(() => undefined);
    if (session === undefined) return undefined; // an optimised graph that was removed meanwhile
    if (areSame(expected, await runOnNoise(session, input))) return session;
    await session.close();
  }
  return undefined;
}
