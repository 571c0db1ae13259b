import { otherSize } from '../open-head.ts';
import type { Finding } from './finding.ts';
import { levelsOf } from './grid-answer.ts';
import type { Subject } from './subject.ts';

/** That the graph fits the manifest was seen on loading; that it takes any size, where the manifest says so, is seen here. */
export async function proveGraph(subject: Subject): Promise<Finding> {
  const { model, session, opened } = subject;
  const { width, height, tensor, dynamic } = model.manifest.input;
  const note = opened.note === undefined ? '' : ` (${opened.note})`;
  const fits = `the graph fits the manifest and runs at ${width}x${height}`;
  if (dynamic?.spatial !== true) {
    return { proof: 'graph', verdict: 'holds', text: `${fits} on ${session.provider}${note}` };
  }
  const other = otherSize(width, height, dynamic.multipleOf);
  const size = `${other.width}x${other.height}`;
  try {
    const dims = [1, 3, other.height, other.width];
    const tensors = await session.run(tensor, new Float32Array(3 * other.width * other.height), dims);
    levelsOf(subject, tensors, other, 1, 0);
  } catch (cause) {
    const text = `input.dynamic.spatial is true, and the graph fails at ${size} (${(cause as Error).message}): set it to false`;
    return { proof: 'graph', verdict: 'fails', text };
  }
  return { proof: 'graph', verdict: 'holds', text: `${fits} and at ${size} on ${session.provider}${note}` };
}
