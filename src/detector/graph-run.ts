import type { BoundOutput } from './gfl/split-outputs.ts';
import type { HeadJob } from './head.ts';
import { reuseOutputs } from './inference/reused-outputs.ts';
import type { Session, TensorInfo } from './inference/session.ts';

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
    if (!bound.every(pair => hasFixedPoints(pair, session.outputs))) {
      return async (input, data, dims) => ({ tensors: await run(input, data, dims) });
    }
    const names = new Set(bound.flatMap(({ scores, boxes }) => [scores.output, boxes.output]));
    const runAgain = reuseOutputs(session, [...names]);
    return async (input, data, dims) => ({ tensors: await runAgain(input, data, dims) });
  }
  return runAbove;
}

/** Whether how many points there are follows from the input's size, and not from what is on the picture. */
function hasFixedPoints({ scores, boxes, strides }: BoundOutput, outputs: readonly TensorInfo[]): boolean {
  if (strides.length > 0) return true;
  return [scores, boxes].every(({ output }) => {
    const dims = outputs.find(({ name }) => name === output)?.dims ?? [];
    // As in bind-outputs.ts: with two dimensions there is no batch.
    const inner = dims.length === 2 ? dims : dims.slice(1);
    return inner.length > 0 && inner.every(side => typeof side === 'number');
  });
}
