import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/**
 * What a points-first output is made of, from a tensor (batch, channels, points) that has all of it but the order of its axes and the sigmoids:
 * of none of its channels, of all, or of some of the ranges that it is made of.
 */
export interface Unfinished {
  tensor: string;
  sigmoid: 'none' | 'all' | readonly ChannelRange[];
}

export interface ChannelRange {
  channels: number;
  sigmoid: boolean;
}

const SWAPPED = '0,2,1';
const CHANNELS = 1;

/**
 * Follows an output back through what costs much for all points and little for some: its axes being swapped, levels being
 * joined, and sigmoids. NanoDet, NanoDet-Plus and PicoDet end so. Appends nodes to the graph that make the tensor without the sigmoids.
 *
 * @returns undefined where the output ends in another way
 */
export function unfinishedOutput(graph: GraphProto, output: string): Unfinished | undefined {
  const makers = makersOf(graph);
  const swap = makers.get(output);
  if (swap?.opType !== 'Transpose' || attributeOf(swap, 'perm')?.ints.join() !== SWAPPED) return undefined;
  const constants = constantsOf(graph);
  const append = (opType: string, input: string[], like: NodeProto) => {
    const name = `${like.output[0]} before sigmoids`;
    const node = { ...makeNode(opType, input, [name]), attribute: like.attribute };
    if (!makers.has(name)) graph.node.push(node);
    makers.set(name, node);
    return name;
  };

  function before(tensor: string): Unfinished {
    const node = makers.get(tensor);
    const asItIs: Unfinished = { tensor, sigmoid: 'none' };
    if (node === undefined || node.domain !== '') return asItIs;
    const { opType, input } = node;
    if (opType === 'Sigmoid') return { tensor: input[0]!, sigmoid: 'all' };
    if (opType === 'Reshape') {
      const inner = before(input[0]!);
      const keepsChannels = inner.sigmoid === 'all' || constants.ints(input[1])?.length === 3;
      if (inner.sigmoid === 'none' || !keepsChannels) return asItIs;
      return { ...inner, tensor: append('Reshape', [inner.tensor, input[1]!], node) };
    }
    if (opType === 'Concat' && intAttribute(node, 'axis', 0) === CHANNELS) {
      return partsOfOne(input, makers, constants) ?? asItIs;
    }
    if (opType === 'Concat') {
      const levels = input.map(before);
      const [first] = levels;
      const alike = levels.every(({ sigmoid }) => JSON.stringify(sigmoid) === JSON.stringify(first!.sigmoid));
      if (!alike || first!.sigmoid === 'none') return asItIs;
      const tensors = levels.map(level => level.tensor);
      return { tensor: append('Concat', tensors, node), sigmoid: first!.sigmoid };
    }
    return asItIs;
  }
  return before(swap.input[0]!);
}

/** The parts of one Split put together again in their order, some after a sigmoid: the tensor that was split. */
function partsOfOne(
  inputs: readonly string[],
  makers: ReadonlyMap<string, NodeProto>,
  constants: Constants,
): Unfinished | undefined {
  const parts = inputs.map(name => {
    const maker = makers.get(name);
    return maker?.opType === 'Sigmoid' ? { name: maker.input[0]!, sigmoid: true } : { name, sigmoid: false };
  });
  const split = makers.get(parts[0]!.name);
  if (split?.opType !== 'Split' || intAttribute(split, 'axis', 0) !== CHANNELS) return undefined;
  if (split.output.join('\n') !== parts.map(({ name }) => name).join('\n')) return undefined;
  const sizes = attributeOf(split, 'split')?.ints.map(Number) ?? constants.ints(split.input[1]);
  if (sizes?.length !== parts.length || !parts.some(({ sigmoid }) => sigmoid)) return undefined;
  return {
    tensor: split.input[0]!,
    sigmoid: parts.map(({ sigmoid }, index) => ({ channels: sizes[index]!, sigmoid })),
  };
}

/** Whether channels [from, to) of the output have a sigmoid; undefined where only some have, or it does not say. */
export function isSigmoid({ sigmoid }: Unfinished, from: number, to: number): boolean | undefined {
  if (typeof sigmoid === 'string') return sigmoid === 'all';
  let at = 0;
  for (const range of sigmoid) {
    const end = at + range.channels;
    if (at <= from && to <= end) return range.sigmoid;
    at = end;
  }
  return undefined;
}

/** Since then Split takes its sizes as an input. */
const SIZES_ARE_INPUTS = 13;

export interface FinishOptions {
  opset: number;
  /** Of tensors in between: unlike any other name. */
  name(part: string): string;
  /** Makes a list of integers, and gives its name. */
  constant(part: string, values: readonly number[]): string;
}

/** Nodes that finish `tensor`, which has all or some points of an unfinished output, as `output`. */
export function finish(
  { sigmoid }: Unfinished,
  tensor: string,
  output: string,
  { opset, name, constant }: FinishOptions,
): NodeProto[] {
  const swap = (input: string) => makeNode('Transpose', [input], [output], { perm: { ints: [0, 2, 1] } });
  if (sigmoid === 'none') return [swap(tensor)];
  if (sigmoid === 'all') return [makeNode('Sigmoid', [tensor], [name('scores')]), swap(name('scores'))];
  const sizes = sigmoid.map(({ channels }) => channels);
  const axis = { int: CHANNELS };
  const parts = sigmoid.map((_, index) => name(`part ${index}`));
  const finished = parts.map((part, index) => (sigmoid[index]!.sigmoid ? `${part} finished` : part));
  const sigmoids = parts.flatMap((part, index) =>
    sigmoid[index]!.sigmoid ? [makeNode('Sigmoid', [part], [finished[index]!])] : [],
  );
  return [
    opset < SIZES_ARE_INPUTS
      ? makeNode('Split', [tensor], parts, { axis, split: { ints: sizes } })
      : makeNode('Split', [tensor, constant('sizes', sizes)], parts, { axis }),
    ...sigmoids,
    makeNode('Concat', finished, [name('joined')], { axis }),
    swap(name('joined')),
  ];
}

function makersOf({ node }: GraphProto): Map<string, NodeProto> {
  return new Map(node.flatMap(made => made.output.map(name => [name, made] as const)));
}
