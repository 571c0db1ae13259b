import type { Constant } from '../constants.ts';
import type { AttributeProto } from '../onnx_pb.ts';
import type { BlockedNodes } from './blocked-nodes.ts';

/** A 3x3 convolution, stride 1, padded to keep its size, of tensors in blocks. */
export interface Convolution3x3 {
  input: string;
  output: string;
  /** (outputs, inputs, 3, 3), in blocks. */
  filter: Constant<Float32Array>;
  /** Its name: heads have one for several maps. */
  filterName: string;
  bias: string | undefined;
  activation: readonly AttributeProto[];
}

/** The names of lists that hold a tensor's height and width when the graph runs. */
export interface Size {
  /** Two sizes of one key are equal. */
  key: string;
  /** (height, width) */
  list: string;
  /** (width) */
  width: string;
}

/** A convolution that is about to be written. */
export interface ConvolutionOfSize extends Convolution3x3 {
  size: Size;
}

/**
 * Lists that are made once for all tensors of a size: each takes a few microseconds of every run.
 *
 * @param key of the size
 * @param tensor of that size
 */
export function sizeOf(to: BlockedNodes, key: string, tensor: string): Size {
  const shape = to.once(`shape ${key}`, () => to.write('Shape', [tensor]));
  // Operator sets before 15 have no `start` in Shape.
  const from = (first: number) =>
    to.once(`${first} of ${key}`, () => to.write('Slice', [shape, to.ints([first]), to.ints([4])]));
  return { key, list: from(2), width: from(3) };
}

/**
 * Puts rows of tiles one below the other and takes off what reaches beyond the end.
 *
 * @param rows of each tile, (batch, channels / block, tiles down, 1, width * block)
 * @param width the name of a list of one, the width of these rows
 */
export function joinTiles(to: BlockedNodes, conv: ConvolutionOfSize, rows: readonly string[], width: string): void {
  const channels = conv.filter.dims[0]!;
  const lines = to.write('Concat', rows, { axis: { int: 3 } });
  const blocked = to.once(`${channels} channels, width ${width}`, () =>
    to.write('Concat', [to.ints([0, channels / to.block, -1]), width, to.ints([to.block])], { axis: { int: 0 } }),
  );
  const whole = to.reshape(lines, blocked);
  const cropped = to.write('Slice', [whole, to.ints([0, 0]), conv.size.list, to.ints([2, 3])]);
  to.reshape(cropped, to.ints([0, channels, 0, 0]), conv.output);
}
