import { makeGraph } from '../../onnx/model.ts';
import type { GraphProto } from '../../onnx/onnx_pb.ts';
import { makeValue } from '../../onnx/value.ts';
import { BuildError } from '../build-error.ts';
import type { GraphModel, TfNode } from '../tfjs/graph-model.ts';
import type { Constant } from '../tfjs/weights.ts';
import { type Activation, activation, identityAxes, sameList } from './activation.ts';
import { GraphWriter } from './graph-writer.ts';
import { NotUnderstood, requireThat } from './not-understood.ts';
import type { TfValue } from './operator.ts';
import { OPERATORS } from './operators.ts';

/** How an input or output is called in ONNX, and its shape: numbers are checked, names are sizes that may vary. */
export interface Port {
  /** TensorFlow's node. */
  node: string;
  name: string;
  shape: readonly (number | string)[];
}

export interface GraphRecipe {
  name: string;
  input: Port;
  outputs: readonly Port[];
}

/**
 * A TensorFlow.js graph that onnx-tf made (NHWC convolutions between transposes) as an ONNX graph, NCHW throughout.
 * Walks back from the outputs, so what they do not need is not written. Throws a `BuildError` that names the node which
 * is not understood; nothing is guessed.
 */
export function convertGraph(
  model: GraphModel,
  weights: ReadonlyMap<string, Constant>,
  recipe: GraphRecipe,
): GraphProto {
  const { node: nodes } = model.modelTopology;
  const byName = new Map(nodes.map(node => [node.name, node]));
  const writer = new GraphWriter();
  const counts = countReaders(nodes);
  const context = { writer, readers: (reference: string) => counts.get(canonical(reference)) ?? 0 };
  const known = new Map<string, readonly TfValue[]>();

  function outputsOf(node: TfNode): readonly TfValue[] {
    let outputs = known.get(node.name);
    if (!outputs) {
      const inputs = (node.input ?? []).map(resolve);
      outputs = explained(node, () => translate(node, inputs));
      known.set(node.name, outputs);
    }
    return outputs;
  }

  function translate(node: TfNode, inputs: readonly TfValue[]): readonly TfValue[] {
    if (node.op === 'Const') return [constant(node)];
    if (node.op === 'Placeholder') return [placeholder(node, recipe.input)];
    const operator = OPERATORS.get(node.op);
    requireThat(operator !== undefined, 'this operator is not understood');
    return operator(node, inputs, context);
  }

  function constant({ name }: TfNode): Constant {
    const value = weights.get(name);
    requireThat(value !== undefined, 'it has no weight of this name');
    return value;
  }

  function resolve(reference: string): TfValue {
    const [name, index] = canonical(reference).split(':') as [string, string];
    const node = byName.get(name);
    if (!node) throw new BuildError(`The graph has no node '${reference}', which another one or the recipe reads.`);
    const value = outputsOf(node)[Number(index)];
    if (!value) throw new BuildError(`Node '${name}' (${node.op}) has no output ${index}, which another one reads.`);
    return value;
  }

  for (const port of recipe.outputs) {
    const value = resolve(port.node);
    explained(byName.get(port.node)!, () => writeOutput(value, port, writer));
  }
  return makeGraph({
    name: recipe.name,
    inputs: [makeValue(recipe.input.name, 'float', recipe.input.shape)],
    outputs: recipe.outputs.map(port => makeValue(port.name, 'float', port.shape)),
    nodes: writer.nodes,
    initializers: writer.initializers,
  });
}

function placeholder(node: TfNode, port: Port): Activation {
  requireThat(node.name === port.node, `the only input known is '${port.node}'`);
  const shape = (node.attr?.shape?.shape?.dim ?? []).map(dim => Number(dim.size));
  checkShape(shape, port);
  return activation(port.name, shape, identityAxes(shape.length));
}

/** Here alone an order of axes other than ONNX's own is written out, as a Transpose. */
function writeOutput(value: TfValue, port: Port, writer: GraphWriter): void {
  requireThat(value.kind === 'activation', 'an output is a constant');
  requireThat(!value.padding, 'an output is padded');
  checkShape(
    value.axes.map(axis => value.shape[axis]!),
    port,
  );
  if (sameList(value.axes, identityAxes(value.axes.length))) writer.rename(value.name, port.name);
  else writer.node('Transpose', [value.name], [port.name], { perm: { ints: value.axes } });
}

function checkShape(shape: readonly number[], port: Port): void {
  const fits =
    shape.length === port.shape.length && port.shape.every((size, i) => typeof size === 'string' || size === shape[i]);
  requireThat(fits, `its shape [${shape}] is not [${port.shape}] as expected of '${port.name}'`);
}

function explained<T>(node: TfNode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new BuildError(`Cannot convert node '${node.name}' (${node.op}): ${error.message}.`, { cause: error });
  }
}

function countReaders(nodes: readonly TfNode[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const reference of nodes.flatMap(node => node.input ?? []).map(canonical)) {
    counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }
  return counts;
}

/** `split` and `split:0` are the same output. */
function canonical(reference: string): string {
  return reference.includes(':') ? reference : `${reference}:0`;
}
