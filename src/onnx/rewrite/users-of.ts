import type { GraphProto, NodeProto } from '../onnx_pb.ts';

export interface Users {
  /** Nodes that read a tensor. */
  all(name: string): readonly NodeProto[];
  /** The one node that reads a tensor, if nothing else does: no other node, and no output of the graph. */
  only(name: string): NodeProto | undefined;
  isOutput(name: string): boolean;
}

export function usersOf(graph: GraphProto): Users {
  const users = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const name of new Set(node.input)) {
      const all = users.get(name);
      if (all === undefined) users.set(name, [node]);
      else all.push(node);
    }
  }
  const outputs = new Set(graph.output.map(({ name }) => name));
  return {
    all: name => users.get(name) ?? [],
    only(name) {
      const [first, ...others] = users.get(name) ?? [];
      return others.length === 0 && !outputs.has(name) ? first : undefined;
    },
    isOutput: name => outputs.has(name),
  };
}
