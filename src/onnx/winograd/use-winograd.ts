import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { type BlockedNodes, blockedNodes } from './blocked-nodes.ts';
import { type Convolution3x3, type ConvolutionOfSize, sizeOf } from './join-tiles.ts';
import { convolutionKeepsSize, sizeSources } from './size-source.ts';

/** Names no graph would give. */
const PREFIX = 'gfl-serve/winograd/';

/** Before it Slice takes no bounds that the graph makes itself. */
export const OLDEST_OPSET = 10;

/** Writes a convolution. */
export type Way = (to: BlockedNodes, conv: ConvolutionOfSize) => void;

/**
 * Rewrites 3x3 convolutions of a graph that ONNX Runtime has optimised for the CPU, and whose weights are in it, with Winograd's F(4, 3), in
 * place. Operator sets from `OLDEST_OPSET` on have all that is written.
 *
 * @param block how many channels its convolutions take at a time
 * @param convolutions of the graph, as `winogradConvolutions` finds them
 * @param wayOf a convolution; undefined leaves it as it is
 * @returns how many convolutions were rewritten
 */
export function useWinograd(
  graph: GraphProto,
  block: number,
  convolutions: readonly Convolution3x3[],
  wayOf: (conv: Convolution3x3) => Way | undefined,
): number {
  const byOutput = new Map(convolutions.map(conv => [conv.output, conv]));
  const to = blockedNodes(PREFIX, block);
  const sourceOf = sizeSources(graph);
  const replaced = new Set<string>();
  let count = 0;
  for (const node of graph.node) {
    const conv = byOutput.get(node.output[0] ?? '');
    const way = conv && wayOf(conv);
    if (way === undefined) {
      to.nodes.push(node);
      continue;
    }
    const hidden = to.hideShape(conv!.input, conv!.filter.dims[1]!);
    way(to, { ...conv!, input: hidden, size: sizeOf(to, sourceOf(conv!.input), hidden) });
    replaced.add(conv!.filterName);
    count += 1;
  }
  if (count === 0) return 0;
  graph.node = to.nodes;
  graph.valueInfo = [];
  for (const name of to.nodes.flatMap(({ input }) => input)) replaced.delete(name);
  graph.initializer = [...graph.initializer.filter(({ name }) => !replaced.has(name)), ...to.initializers];
  return count;
}

/** The convolutions that can be rewritten so. */
export function winogradConvolutions(graph: GraphProto, block: number): Convolution3x3[] {
  const constants = constantsOf(graph);
  return graph.node.flatMap(node => winogradConvolution(node, constants, block) ?? []);
}

/** Undefined for everything that is no 3x3 convolution of whole blocks, of every channel with every other, that keeps the size. */
function winogradConvolution(node: NodeProto, constants: Constants, block: number): Convolution3x3 | undefined {
  if (node.opType !== 'Conv' || node.domain !== 'com.microsoft.nchwc' || node.input.length > 3) return undefined;
  const paddedEvenly = attributeOf(node, 'pads')?.ints.join() === '1,1,1,1';
  if (intAttribute(node, 'group', 1) !== 1 || !paddedEvenly || !convolutionKeepsSize(node, [3, 3])) return undefined;
  // Only now: reading weights copies them.
  const filter = constants.floats(node.input[1]);
  if (filter === undefined) return undefined;
  const [outputs, inputs, ...size] = filter.dims;
  if (outputs! % block !== 0 || inputs! % block !== 0 || size.join() !== '3,3') return undefined;
  return {
    input: node.input[0]!,
    output: node.output[0]!,
    filter,
    filterName: node.input[1]!,
    bias: node.input[2] || undefined,
    activation: node.attribute.filter(({ name }) => name.startsWith('activation')),
  };
}
