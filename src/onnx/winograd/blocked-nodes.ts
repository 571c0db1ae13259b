import type { Constant } from '../constants.ts';
import { type AttributeValue, makeNode } from '../node.ts';
import type { AttributeProto, NodeProto, TensorProto } from '../onnx_pb.ts';
import { floatTensor, int64Tensor } from '../tensor.ts';

/**
 * Writes operators of a graph that ONNX Runtime has optimised: its own convolutions (domain `com.microsoft.nchwc`) read and write tensors
 * that claim to be (batch, channels, height, width) and lie in memory as (batch, channels / block, height, width, block). Sums and
 * differences do not mind; whatever looks at the order has to be told the true one by a Reshape.
 *
 * How many dimensions a tensor has is kept from ONNX Runtime. Where it knows that, and not how large they are, it makes up names for them,
 * in a time that grows with the square of their number: a GFL with ResNet-50 took 95 s to load instead of 2.5.
 */
export interface BlockedNodes {
  readonly block: number;
  /** In the order in which they have to run. */
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
  /** Writes one operator and gives the name of its output. */
  write(opType: string, input: readonly string[], attributes?: Attributes, output?: string): string;
  /** @param shape the name of a list, as of the operator */
  reshape(input: string, shape: string, output?: string): string;
  /** The same tensor of four dimensions, hidden from ONNX Runtime that they are four; before anything is reshaped. */
  hideShape(tensor: string, channels: number): string;
  /** What was written under a key before, or else is now. */
  once(key: string, write: () => string): string;
  convolve(parts: Convolution): string;
  /** A convolution of every channel for itself with the same taps, (height, width) of `size`, row-major. */
  convolveEach(parts: Omit<Convolution, 'filter' | 'bias'> & { channels: number; taps: readonly number[] }): string;
  /** Keeps weights and gives their name; of a key that was used before, those of then. */
  floats(key: string, make: () => Constant<Float32Array>): string;
  /** The name of a list; equal ones are one. */
  ints(values: readonly number[]): string;
}

type Attributes = Record<string, AttributeValue>;

const MOST_DIMENSIONS = 8;

export interface Convolution {
  input: string;
  /** The name of weights in blocks, see `transformFilter`. */
  filter: string;
  /** (height, width) */
  size: readonly [number, number];
  /** top, left, bottom, right */
  pads?: readonly [number, number, number, number];
  strides?: readonly [number, number];
  dilations?: readonly [number, number];
  bias?: string | undefined;
  /** What is added to the result, before the activation. */
  sum?: string | undefined;
  /** `activation` and `activation_params` of the operator. */
  activation?: readonly AttributeProto[];
  output?: string;
}

/** @param prefix of all names that are given */
export function blockedNodes(prefix: string, block: number): BlockedNodes {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const constants = new Map<string, string>();
  const write: BlockedNodes['write'] = (opType, input, attributes, output = `${prefix}${nodes.length}`) => {
    nodes.push(makeNode(opType, input, [output], attributes));
    return output;
  };
  const constant = (key: string, make: (name: string) => TensorProto) => {
    const known = constants.get(key);
    if (known !== undefined) return known;
    const name = `${prefix}c${initializers.length}`;
    initializers.push(make(name));
    constants.set(key, name);
    return name;
  };
  const ints = (values: readonly number[]) =>
    constant(`ints ${values.join()}`, name => int64Tensor(name, [values.length], values));
  // The end of any list, which nobody knows beforehand.
  let end = '';
  const written = new Map<string, string>();
  const once: BlockedNodes['once'] = (key, write) => {
    const known = written.get(key) ?? write();
    written.set(key, known);
    return known;
  };
  const hide = (list: string) => once(`list ${list} hidden`, () => write('Slice', [list, ints([0]), end]));
  const reshape: BlockedNodes['reshape'] = (input, shape, output) => write('Reshape', [input, hide(shape)], {}, output);
  const convolveIn = (group: number, parts: Convolution) => {
    const { input, filter, size, pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], bias, sum } = parts;
    const inputs = [input, filter];
    if (bias !== undefined || sum !== undefined) inputs.push(bias ?? '');
    if (sum !== undefined) inputs.push(sum);
    const attributes = {
      auto_pad: { string: 'NOTSET' },
      group: { int: group },
      kernel_shape: { ints: size },
      pads: { ints: pads },
      strides: { ints: strides },
      dilations: { ints: dilations },
    };
    const output = write('Conv', inputs, attributes, parts.output);
    const node = nodes.at(-1)!;
    node.domain = 'com.microsoft.nchwc';
    node.attribute.push(...(parts.activation ?? []));
    return output;
  };
  return {
    block,
    nodes,
    initializers,
    write,
    reshape,
    hideShape(tensor, channels) {
      const width = () => write('Slice', [write('Shape', [tensor]), ints([3]), ints([4])]);
      end ||= write('Add', [width(), ints([MOST_DIMENSIONS])]);
      return once(`tensor ${tensor} hidden`, () => reshape(tensor, ints([0, channels, 0, 0])));
    },
    once,
    convolve: parts => convolveIn(1, parts),
    convolveEach({ channels, taps, ...parts }) {
      const dims = [channels, 1, ...parts.size];
      const filter = constant(`taps ${dims.join()}: ${taps.join()}`, name =>
        // In memory (channels / block, height, width, block), of which all channels are the same.
        floatTensor(
          name,
          dims,
          Float32Array.from({ length: channels * taps.length }, (_, at) => taps[Math.floor(at / block) % taps.length]!),
        ),
      );
      return convolveIn(channels, { ...parts, filter });
    },
    floats: (key, make) =>
      constant(`floats ${key}`, name => {
        const { dims, values } = make();
        return floatTensor(name, dims, values);
      }),
    ints,
  };
}
