import { makeNode } from './node.ts';
import type { GraphProto } from './onnx_pb.ts';
import { makeValue } from './value.ts';

/**
 * Makes the shapes of tensors of four dimensions outputs of a graph, in place.
 *
 * @returns the names of these outputs, in the order of `tensors`
 */
export function askShapes(graph: GraphProto, tensors: readonly string[]): string[] {
  return tensors.map(tensor => {
    const name = `gfl-serve/shape of ${tensor}`;
    graph.node.push(makeNode('Shape', [tensor], [name]));
    graph.output.push(makeValue(name, 'int64', [4]));
    return name;
  });
}
