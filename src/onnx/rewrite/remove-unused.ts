import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/** Removes nodes from a graph, in place, of which nothing is used: not by an output, not by another node, not inside a branch. */
export function removeUnused(graph: GraphProto): void {
  const used = new Set(graph.output.map(({ name }) => name));
  const kept: NodeProto[] = [];
  // Whoever uses what a node makes comes after it.
  for (const node of graph.node.toReversed()) {
    if (!node.output.some(name => used.has(name))) continue;
    kept.push(node);
    for (const name of readBy(node)) used.add(name);
  }
  graph.node = kept.reverse();
}

/** Names that a node reads, those inside its branches included. */
function* readBy({ input, attribute }: NodeProto): Generator<string> {
  yield* input;
  for (const { g, graphs } of attribute) {
    for (const branch of g === undefined ? graphs : [g, ...graphs]) {
      for (const { name } of branch.output) yield name;
      for (const node of branch.node) yield* readBy(node);
    }
  }
}
