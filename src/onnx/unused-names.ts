import { innerGraphs } from './inner-graphs.ts';
import type { GraphProto } from './onnx_pb.ts';

/** Gives names that neither a tensor nor a node of the graph has, nor anything that the file declares, in branches and loops neither, each once: the one that is asked for, or it with a number. */
export function unusedNames(graph: GraphProto): (name: string) => string {
  const used = new Set(namesIn(graph));
  return name => {
    let free = name;
    for (let i = 2; used.has(free); i++) free = `${name}_${i}`;
    used.add(free);
    return free;
  };
}

function* namesIn(graph: GraphProto): Generator<string> {
  for (const { name } of [...graph.input, ...graph.output, ...graph.initializer, ...graph.valueInfo]) yield name;
  for (const { values } of graph.sparseInitializer) if (values !== undefined) yield values.name;
  for (const node of graph.node) {
    yield node.name;
    yield* node.input;
    yield* node.output;
    for (const inner of innerGraphs(node)) yield* namesIn(inner);
  }
}
