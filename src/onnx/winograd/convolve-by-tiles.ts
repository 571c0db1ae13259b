import type { BlockedNodes } from './blocked-nodes.ts';
import { BIASED_PRODUCT, PRODUCTS, TILE } from './f4x3.ts';
import { type ConvolutionOfSize, joinTiles, sizeOf } from './join-tiles.ts';
import { combineProducts, transformInput } from './products.ts';
import { transformFilter } from './transform-filter.ts';

/** Operators that `convolveByTiles` writes; alone, that is, without another of its size. */
export const OPERATORS_BY_TILES = 210;

/** By F(4, 3) in both directions: a quarter of the multiplications, in 36 1x1 convolutions of a sixteenth of the points. */
export function convolveByTiles(to: BlockedNodes, conv: ConvolutionOfSize): void {
  const [channels, inputs] = conv.filter.dims as [number, number];
  const tiles = transformInput(to, conv.input, inputs, 'rows').map(row => transformInput(to, row, inputs, 'columns'));
  const product = (row: number, column: number, sum?: string) =>
    to.convolve({
      input: tiles[row]![column]!,
      filter: to.floats(`${conv.filterName} ${row} ${column}`, () =>
        transformFilter(conv.filter, to.block, row, column),
      ),
      size: [1, 1],
      bias: row === BIASED_PRODUCT && column === BIASED_PRODUCT ? conv.bias : undefined,
      sum,
    });
  // (column of products, row of a tile)
  const columns = Array.from({ length: PRODUCTS }, (_, column) =>
    combineProducts(to, {
      channels,
      middle: [product(1, column), product(2, column), product(3, column), product(4, column)],
      endWith: (row, sum) => product(row, column, sum),
      activation: [],
    }),
  );
  const lines = Array.from({ length: TILE }, (_, row) => {
    const at = (column: number) => columns[column]![row]!;
    const outputs = combineProducts(to, {
      channels,
      middle: [at(1), at(2), at(3), at(4)],
      endWith: (column, sum) =>
        to.convolveEach({ input: at(column), channels, taps: [1], size: [1, 1], sum, activation: conv.activation }),
      activation: conv.activation,
    });
    // Points one beside the other, then all of a row in one.
    const points = outputs.map(output => to.reshape(output, to.ints([0, channels / to.block, 0, -1, to.block])));
    return to.reshape(to.write('Concat', points, { axis: { int: 4 } }), to.ints([0, 0, 0, 1, -1]));
  });
  const tilesAcross = sizeOf(to, `tiles of ${conv.size.key}`, columns[0]![0]!).width;
  const width = to.once(`points of ${tilesAcross}`, () => to.write('Mul', [tilesAcross, to.ints([TILE])]));
  joinTiles(to, conv, lines, width);
}
