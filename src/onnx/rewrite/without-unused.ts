import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { namesRead } from './names-read.ts';

/** Nodes in their order, without those of `maybe` that nothing reads. */
export function withoutUnused(
  nodes: readonly NodeProto[],
  maybe: ReadonlySet<NodeProto>,
  { output }: GraphProto,
): NodeProto[] {
  const read = new Set(output.map(({ name }) => name));
  return nodes
    .toReversed()
    .filter(node => {
      if (maybe.has(node) && !node.output.some(name => read.has(name))) return false;
      for (const name of namesRead(node)) read.add(name);
      return true;
    })
    .toReversed();
}
