import { InferenceSession, Tensor } from 'onnxruntime-node';
import { convertGraph, type Port } from '../../src/model-builder/convert/convert-graph.ts';
import type { GraphModel, TfAttribute, TfNode } from '../../src/model-builder/tfjs/graph-model.ts';
import type { Constant } from '../../src/model-builder/tfjs/weights.ts';
import { encodeModel, makeModel } from '../../src/onnx/model.ts';
import type { GraphProto } from '../../src/onnx/onnx_pb.ts';

export const TO_NHWC = [0, 2, 3, 1];
export const TO_NCHW = [0, 3, 1, 2];

/** A hand-made TensorFlow.js graph with one input `x` in NCHW, as onnx-tf writes them. Every method returns a node's name. */
export interface TfGraph {
  constant(shape: readonly number[], values: readonly number[], kind?: 'float' | 'int'): string;
  node(op: string, inputs: readonly string[], attr?: Record<string, TfAttribute>): string;
  transpose(input: string, order: readonly number[]): string;
  /** Paddings before and after of N, C, H, W. */
  pad(input: string, amounts: readonly (readonly [number, number])[], value?: number): string;
  /** NHWC, VALID; the kernel is (height, width, in, out). */
  conv(input: string, kernel: string, stride?: number): string;
  maxPool(input: string, size: number, stride: number): string;
  model: GraphModel;
  weights: Map<string, Constant>;
}

export function tfGraph(inputShape: readonly number[]): TfGraph {
  const nodes: TfNode[] = [];
  const weights = new Map<string, Constant>();
  const dim = inputShape.map(size => ({ size: String(size) }));
  nodes.push({ name: 'x', op: 'Placeholder', attr: { shape: { shape: { dim } } } });

  const graph: TfGraph = {
    constant(shape, values, kind = 'float') {
      const name = `constant_${nodes.length}`;
      nodes.push({ name, op: 'Const' });
      const typed = kind === 'float' ? Float32Array.from(values) : Int32Array.from(values);
      weights.set(name, { kind: 'constant', shape, values: typed });
      return name;
    },
    node(op, input, attr = {}) {
      const name = `${op}_${nodes.length}`;
      nodes.push({ name, op, input: [...input], attr });
      return name;
    },
    transpose: (input, order) => graph.node('Transpose', [input, graph.constant([order.length], order, 'int')]),
    pad(input, amounts, value) {
      const paddings = graph.constant([amounts.length, 2], amounts.flat(), 'int');
      if (value === undefined) return graph.node('Pad', [input, paddings]);
      return graph.node('PadV2', [input, paddings, graph.constant([], [value])]);
    },
    conv: (input, kernel, stride = 1) =>
      graph.node('Conv2D', [input, kernel], { ...window(stride), dilations: spatial(1), padding: text('VALID') }),
    maxPool: (input, size, stride) =>
      graph.node('MaxPool', [input], { ...window(stride), ksize: spatial(size), padding: text('VALID') }),
    model: { format: 'graph-model', modelTopology: { node: nodes }, weightsManifest: [] },
    weights,
  };
  return graph;
}

export function text(value: string): TfAttribute {
  return { s: Buffer.from(value).toString('base64') };
}

export function spatial(size: number): TfAttribute {
  return { list: { i: ['1', String(size), String(size), '1'] } };
}

function window(stride: number): Record<string, TfAttribute> {
  return { data_format: text('NHWC'), strides: spatial(stride) };
}

/** Converts with the outputs given; shapes are left open but for the rank. */
export function convert(graph: TfGraph, outputs: readonly { node: string; rank?: number }[]): GraphProto {
  const open = (rank: number, of: string): string[] => Array.from({ length: rank }, (_, i) => `${of}_${i}`);
  const ports: Port[] = outputs.map(({ node, rank = 4 }, i) => ({ node, name: `y${i}`, shape: open(rank, `y${i}`) }));
  return convertGraph(graph.model, graph.weights, {
    name: 'test',
    input: { node: 'x', name: 'x', shape: open(4, 'x') },
    outputs: ports,
  });
}

/** Runs a converted graph in ONNX Runtime: outputs in order, each with its shape. */
export async function run(
  graph: GraphProto,
  shape: readonly number[],
  values: readonly number[],
): Promise<{ shape: readonly number[]; values: number[] }[]> {
  const session = await InferenceSession.create(
    encodeModel(makeModel({ graph, producer: { name: 'test', version: '0' } })),
  );
  const results = await session.run({ x: new Tensor('float32', Float32Array.from(values), shape) });
  return session.outputNames.map(name => {
    const { dims, data } = results[name]!;
    return { shape: dims, values: [...(data as Float32Array)] };
  });
}

export function operators(graph: GraphProto): string[] {
  return graph.node.map(node => node.opType);
}
