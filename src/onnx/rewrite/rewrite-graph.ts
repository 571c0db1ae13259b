import type { GraphProto } from '../onnx_pb.ts';
import { alignChannels } from './align-channels.ts';
import { fuseHardSwish } from './fuse-hard-swish.ts';
import { gatherChannels } from './gather-channels.ts';
import { partHeads } from './part-heads.ts';
import { poolHalves } from './pool-halves.ts';
import { turnEarly } from './turn-early.ts';

/**
 * Says in other words what ONNX Runtime computes slowly on the CPU, in place; the outputs stay the same but for rounding. A graph with
 * branches and loops is left as it is: their bodies name tensors of the graph around them.
 *
 * @param block how many channels its convolutions take at a time
 * @returns whether anything was changed
 */
export function rewriteGraph(graph: GraphProto, block: number): boolean {
  const branches = graph.node.some(({ attribute }) =>
    attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0),
  );
  if (branches) return false;
  const changes = [
    fuseHardSwish(graph),
    poolHalves(graph),
    gatherChannels(graph),
    alignChannels(graph, block),
    turnEarly(graph),
    partHeads(graph, block),
  ];
  return changes.some(count => count > 0);
}
