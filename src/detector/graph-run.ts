import type { BoundOutput } from './gfl/split-outputs.ts';
import type { HeadJob } from './head.ts';
import { reuseOutputs } from './inference/reused-outputs.ts';
import type { Session, TensorInfo } from './inference/session.ts';
import { pictureDims } from './model/picture-dims.ts';

/**
 * Network input -> what a head reads.
 *
 * @param input the name of the graph's input tensor
 * @param data (batch, 3, height, width), as `dims` says
 * @param floor points whose best score is below it may be left out; in the graph's own unit, a probability or a logit
 */
export type GraphRun = (
  input: string,
  data: Float32Array,
  dims: readonly number[],
  floor: number,
) => Promise<Pick<HeadJob, 'tensors' | 'kept'>>;

/** How a session is run for a head. `bound` is where a grid head finds its tensors; undefined for other heads. */
export function graphRunOf(session: Session, bound: readonly BoundOutput[] | undefined): GraphRun {
  const { runAbove } = session;
  return bound !== undefined && runAbove !== undefined ? runAbove : wholeGraphRunOf(session, bound);
}

/** The same, with all points of a grid head, whatever the floor. */
export function wholeGraphRunOf(session: Session, bound: readonly BoundOutput[] | undefined): GraphRun {
  const isFixed = bound?.every(pair => hasFixedPoints(pair, session.outputs)) === true;
  const names = new Set(bound?.flatMap(({ scores, boxes }) => [scores.output, boxes.output]));
  const runWhole = isFixed ? reuseOutputs(session, [...names]) : session.run;
  return async (input, data, dims) => ({ tensors: await runWhole(input, data, dims) });
}

/** Whether the number of points follows from the input's size alone, and not from what is on the picture. */
function hasFixedPoints({ scores, boxes, strides }: BoundOutput, outputs: readonly TensorInfo[]): boolean {
  if (strides.length > 0) return true;
  return [scores, boxes].every(({ output }) => {
    const dims = outputs.find(({ name }) => name === output)?.dims ?? [];
    const inner = pictureDims(dims);
    return inner.length > 0 && inner.every(side => typeof side === 'number');
  });
}
