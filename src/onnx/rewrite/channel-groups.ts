import { attributeOf, type Constants, intAttribute } from '../constants.ts';
import type { NodeProto } from '../onnx_pb.ts';

/** Where a node has channels in its weights: what must grow when its tensors get more of them. */
export interface ChannelWeights {
  /** Which input of the node the weights are. */
  index: number;
  /** Which dimension has the channels. */
  axis: number;
}

/** What a node does with the channels (dimension 1) of float tensors of shape [batch, channels, height, width]. */
export interface ChannelUse {
  /** Inputs and outputs that have the same channels in the same order, each made from its own only. */
  tied: readonly string[];
  /** That have these channels, too. */
  weights: readonly ChannelWeights[];
}

/** Computes every element from that element alone, and something finite from 0. */
const ELEMENTWISE = new Set([
  'Relu',
  'LeakyRelu',
  'Sigmoid',
  'HardSigmoid',
  'HardSwish',
  'Tanh',
  'Elu',
  'Softplus',
  'Identity',
]);
const POOLS = new Set(['MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool']);
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul']);

/** An ordinary convolution: each output channel from all input channels. */
export function isDense(node: NodeProto, constants: Constants): boolean {
  return isConv(node, constants) && intAttribute(node, 'group', 1) === 1;
}

/** The channels that a Gather takes, in their order; undefined for every other node. */
export function gathered(node: NodeProto, constants: Constants): readonly number[] | undefined {
  if (node.opType !== 'Gather' || intAttribute(node, 'axis', 0) !== 1) return undefined;
  const channels = constants.ints(node.input[1]);
  return channels?.every(channel => channel >= 0) && channels.length > 0 ? channels : undefined;
}

/**
 * How a node keeps channels apart; undefined for one that mixes them, or is not known. Weights that are not constants are not
 * understood either.
 */
export function channelUse(node: NodeProto, constants: Constants): ChannelUse | undefined {
  const { opType, input, output } = node;
  if (output.length !== 1 || node.domain !== '') return undefined;
  const tied = [input[0]!, output[0]!];
  const when = (known: boolean, weights: ChannelWeights[] = []) => (known ? { tied, weights } : undefined);
  if (ELEMENTWISE.has(opType) || POOLS.has(opType)) return when(true);
  if (ARITHMETIC.has(opType)) return arithmeticUse(node, constants);
  switch (opType) {
    case 'Conv':
      return depthwiseUse(node, constants);
    case 'Clip':
      return when(input.slice(1).every(name => name === '' || isScalar(name, constants)));
    case 'Div':
      return when(isScalar(input[1]!, constants));
    case 'Resize':
    case 'Upsample':
      return when(keepsChannels(node, constants));
    case 'BatchNormalization': {
      const weights = [1, 2, 3, 4].map(index => ({ index, axis: 0 }));
      return when(
        weights.every(({ index }) => constants.floats(input[index])?.dims.length === 1),
        weights,
      );
    }
    default:
      return undefined;
  }
}

function depthwiseUse(node: NodeProto, constants: Constants): ChannelUse | undefined {
  if (!isConv(node, constants)) return undefined;
  const [, weight, bias] = node.input;
  const { dims } = constants.floats(weight)!;
  if (intAttribute(node, 'group', 1) !== dims[0] || dims[1] !== 1) return undefined;
  const weights = [{ index: 1, axis: 0 }, ...(bias ? [{ index: 2, axis: 0 }] : [])];
  return { tied: [node.input[0]!, node.output[0]!], weights };
}

function arithmeticUse({ input, output }: NodeProto, constants: Constants): ChannelUse | undefined {
  const tied = [output[0]!];
  const weights: ChannelWeights[] = [];
  for (const [index, name] of input.entries()) {
    const constant = constants.floats(name);
    if (constant === undefined) tied.push(name);
    else if (constant.values.length === 1) continue;
    else if (constant.dims.length >= 3 && constant.dims.at(-3) === constant.values.length)
      weights.push({ index, axis: constant.dims.length - 3 });
    else return undefined;
  }
  return { tied, weights };
}

function isConv({ opType, domain, input, output }: NodeProto, constants: Constants): boolean {
  if (opType !== 'Conv' || domain !== '' || output.length !== 1) return false;
  const [, weight, bias] = input;
  return constants.floats(weight)?.dims.length === 4 && (!bias || constants.floats(bias) !== undefined);
}

function keepsChannels(node: NodeProto, constants: Constants): boolean {
  const [, second, third, sizes] = node.input;
  const scales = constants.floats(node.opType === 'Upsample' || node.input.length === 2 ? second : third);
  return !sizes && attributeOf(node, 'axes') === undefined && scales?.values.length === 4 && scales.values[1] === 1;
}

function isScalar(name: string, constants: Constants): boolean {
  return constants.floats(name)?.values.length === 1;
}
