import { innerGraphs } from './inner-graphs.ts';
import type { GraphProto } from './onnx_pb.ts';

/** Renames tensors in the nodes of a graph, also in branches and loops, whose nodes may name tensors of the graph around them: where they have none of that name. */
export function renameTensors(graph: GraphProto, renamed: (name: string) => string | undefined): void {
  for (const node of graph.node) {
    node.input = node.input.map(name => renamed(name) ?? name);
    node.output = node.output.map(name => renamed(name) ?? name);
    for (const inner of innerGraphs(node)) {
      const own = new Set([
        ...[...inner.input, ...inner.initializer].map(({ name }) => name),
        ...inner.node.flatMap(({ output }) => output),
      ]);
      renameTensors(inner, name => (own.has(name) ? undefined : renamed(name)));
    }
  }
  for (const value of graph.valueInfo) value.name = renamed(value.name) ?? value.name;
}
