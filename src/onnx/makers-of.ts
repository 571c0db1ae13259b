import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** The node that makes each tensor of a graph; outputs that a node leaves out have no name. */
export function makersOf({ node }: Pick<GraphProto, 'node'>): Map<string, NodeProto> {
  const makers = new Map(node.flatMap(maker => maker.output.map(name => [name, maker] as const)));
  makers.delete('');
  return makers;
}
