import type { BlockedNodes } from './blocked-nodes.ts';
import { BIASED_PRODUCT } from './f4x3.ts';
import { type ConvolutionOfSize, joinTiles } from './join-tiles.ts';
import { combineProducts, transformInput } from './products.ts';
import { transformFilter } from './transform-filter.ts';

/** Operators that `convolveByRows` writes; alone, that is, without another of its size. */
export const OPERATORS_BY_ROWS = 39;

/** By F(4, 3) down the rows: half of the multiplications, in six 1x3 convolutions of a quarter of the rows. */
export function convolveByRows(to: BlockedNodes, conv: ConvolutionOfSize): void {
  const [channels, inputs] = conv.filter.dims as [number, number];
  const rows = transformInput(to, conv.input, inputs, 'rows');
  const product = (row: number, sum?: string) =>
    to.convolve({
      input: rows[row]!,
      filter: to.floats(`${conv.filterName} ${row}`, () => transformFilter(conv.filter, to.block, row)),
      size: [1, 3],
      pads: [0, 1, 0, 1],
      bias: row === BIASED_PRODUCT ? conv.bias : undefined,
      sum,
      activation: sum === undefined ? [] : conv.activation,
    });
  const outputs = combineProducts(to, {
    channels,
    middle: [product(1), product(2), product(3), product(4)],
    endWith: product,
    activation: conv.activation,
  });
  const lines = outputs.map(output => to.reshape(output, to.ints([0, channels / to.block, 0, 1, -1])));
  joinTiles(to, conv, lines, conv.size.width);
}
