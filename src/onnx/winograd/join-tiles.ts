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

/**
 * Puts rows of tiles one below the other and takes off what reaches beyond the end.
 *
 * @param rows of each tile, (batch, channels / block, tiles down, 1, width * block)
 * @param width the name of a list of one, the width of these rows
 */
export function joinTiles(to: BlockedNodes, conv: Convolution3x3, rows: readonly string[], width: string): void {
  const channels = conv.filter.dims[0]!;
  const lines = to.write('Concat', rows, { axis: { int: 3 } });
  const blocked = [to.ints([0, channels / to.block, -1]), width, to.ints([to.block])];
  const whole = to.reshape(lines, to.write('Concat', blocked, { axis: { int: 0 } }));
  const size = sizesOf(to, conv.input, 2);
  const cropped = to.write('Slice', [whole, to.ints([0, 0]), size, to.ints([2, 3])]);
  to.reshape(cropped, to.ints([0, channels, 0, 0]), conv.output);
}

/** A list of one. */
export function widthOf(to: BlockedNodes, tensor: string): string {
  return sizesOf(to, tensor, 3);
}

/** Of the dimensions from `first` to the fourth. By Slice: operator sets before 15 have no `start` in Shape. */
function sizesOf(to: BlockedNodes, tensor: string, first: number): string {
  return to.write('Slice', [to.write('Shape', [tensor]), to.ints([first]), to.ints([4])]);
}
