import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/** Which nodes read a tensor. */
export function usersOf(graph: GraphProto): Map<string, NodeProto[]> {
  const users = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const name of new Set(node.input)) {
      const all = users.get(name);
      if (all === undefined) users.set(name, [node]);
      else all.push(node);
    }
  }
  return users;
}
