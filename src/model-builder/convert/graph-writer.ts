import { type AttributeValue, makeNode } from '../../onnx/node.ts';
import type { NodeProto, TensorProto } from '../../onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../onnx/tensor.ts';
import { requireThat } from './not-understood.ts';

/** Collects the nodes and initialisers of the ONNX graph and names them: `Conv_3`, `Conv_3.weight`. */
export class GraphWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #counts = new Map<string, number>();
  readonly #lists = new Set<string>();

  /** The next free name for an operator of this type; also the name of its first output. */
  nextName(opType: string): string {
    const count = this.#counts.get(opType) ?? 0;
    this.#counts.set(opType, count + 1);
    return `${opType}_${count}`;
  }

  node(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): void {
    this.nodes.push(makeNode(opType, inputs, outputs, attributes));
  }

  weight(name: string, shape: readonly number[], values: Float32Array): string {
    this.initializers.push(floatTensor(name, shape, values));
    return name;
  }

  /** A small list of numbers, written once however many nodes use it. */
  list(kind: 'float' | 'int64', values: readonly number[]): string {
    const name = `${kind}(${values.join(',')})`;
    if (!this.#lists.has(name)) {
      const dims = [values.length];
      const floats = Float32Array.from(values);
      this.initializers.push(kind === 'float' ? floatTensor(name, dims, floats) : int64Tensor(name, dims, values));
      this.#lists.add(name);
    }
    return name;
  }

  /** Gives a value its public name. It must be the output of a node that has no other public name. */
  rename(from: string, to: string): void {
    const node = this.nodes.find(({ output }) => output.includes(from));
    requireThat(node !== undefined, `its value '${from}' is the graph's input or an output already`);
    for (const { input, output } of this.nodes) {
      for (const names of [input, output])
        names.forEach((name, i) => {
          if (name === from) names[i] = to;
        });
    }
  }

  findNode(name: string): NodeProto | undefined {
    return this.nodes.find(node => node.name === name);
  }
}
