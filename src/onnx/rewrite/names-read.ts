import { innerGraphs } from '../inner-graphs.ts';
import type { NodeProto } from '../onnx_pb.ts';

/** Tensors that a node reads, its branches' and bodies' among them, which may be tensors of the graph around it. */
export function namesRead(node: NodeProto): string[] {
  return [...node.input, ...innerGraphs(node).flatMap(inner => inner.node.flatMap(namesRead))];
}
