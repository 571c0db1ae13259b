import type { BoundOutput } from './gfl/split-outputs.ts';
import type { HeadJob } from './head.ts';
import { reuseOutputs } from './inference/reused-outputs.ts';
import type { Session } from './inference/session.ts';

/**
 * Network input -> what a head reads.
 *
 * @param floor no score below it is wanted, in the graph's own unit
 */
export type GraphRun = (
  input: string,
  data: Float32Array,
  dims: readonly number[],
  floor: number,
) => Promise<Pick<HeadJob, 'tensors' | 'kept'>>;

/** How a session is run for a head. `bound` is where a grid head finds its tensors; undefined for other heads. */
export function graphRunOf(session: Session, bound: readonly BoundOutput[] | undefined): GraphRun {
  const { run, runAbove } = session;
  if (bound === undefined) return async (input, data, dims) => ({ tensors: await run(input, data, dims) });
  if (runAbove === undefined) {
    const names = new Set(bound.flatMap(({ scores, boxes }) => [scores.output, boxes.output]));
    const runAgain = reuseOutputs(session, [...names]);
    return async (input, data, dims) => ({ tensors: await runAgain(input, data, dims) });
  }
  return runAbove;
}
