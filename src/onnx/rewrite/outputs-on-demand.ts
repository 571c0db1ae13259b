import { makeGraph } from '../model.ts';
import { makeNode } from '../node.ts';
import type { GraphProto } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES } from './candidate-names.ts';
import { finish, type Unfinished } from './unfinished-output.ts';

/** Axis of what outputs are made of. */
const POINTS = 2;

/** Has outputs of a graph made from what they are made of, in place, where the input `CANDIDATES.all` says so; they are empty otherwise. */
export function makeOutputsOnDemand(graph: GraphProto, outputs: ReadonlyMap<string, Unfinished>, opset: number): void {
  const names = [...outputs.keys()];
  const constant = (part: string, values: readonly number[]) => {
    const name = `candidates/~all/${part}`;
    graph.initializer.push(int64Tensor(name, [values.length], values));
    return name;
  };
  const made = (output: string) => `candidates/~all/${output}`;
  const empty = (output: string) => `candidates/~none/${output}`;
  const nodes = [...outputs].flatMap(([output, unfinished]) =>
    finish(unfinished, unfinished.tensor, made(output), {
      ...{ opset, name: part => `${made(output)}: ${part}` },
      constant: (part, values) => constant(`${output}: ${part}`, values),
    }),
  );
  // Of what is there, since ONNX Runtime (1.29) makes a constant of what is constant, and cannot read an empty one that it has written.
  const bounds = [constant('first', [0]), constant('end', [0]), constant('axis', [POINTS])];
  const branch = (name: string, nameOf: (output: string) => string, its: typeof nodes) => {
    const values = names.map(output =>
      makeValue(nameOf(output), 'float', ['batch', 'points', `channels of ${output}`]),
    );
    return { graph: makeGraph({ name, inputs: [], outputs: values, nodes: its }) };
  };
  const isMadeElsewhere = new Set(names);
  graph.node = graph.node.filter(({ output }) => !isMadeElsewhere.has(output[0]!));
  graph.input.push(makeValue(CANDIDATES.all, 'bool', []));
  graph.node.push(
    makeNode('If', [CANDIDATES.all], names, {
      then_branch: branch('all', made, nodes),
      else_branch: branch(
        'none',
        empty,
        [...outputs].map(([output, { tensor }]) => makeNode('Slice', [tensor, ...bounds], [empty(output)])),
      ),
    }),
  );
}
