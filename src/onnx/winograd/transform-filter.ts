import type { Constant } from '../constants.ts';
import { FILTER } from './f4x3.ts';

/**
 * Weights of a 3x3 convolution, in blocks -> those of product `row` of F(4, 3) down the rows, a 1x3 convolution in blocks; or, where
 * `column` is given, of product (row, column) of both directions, a 1x1 convolution.
 *
 * ONNX Runtime keeps weights that claim to be (outputs, inputs, height, width) as (outputs / block, inputs / block, height, width, block, block).
 */
export function transformFilter(
  { dims, values }: Constant<Float32Array>,
  block: number,
  row: number,
  column?: number,
): Constant<Float32Array> {
  const [outputs, inputs] = dims as [number, number];
  const inner = block * block;
  const outer = (outputs * inputs) / inner;
  const width = column === undefined ? 3 : 1;
  const transformed = new Float32Array(outer * width * inner);
  const downRows = FILTER[row]!;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (y: number, x: number) => values[(o * 9 + y * 3 + x) * inner + i]!;
      const rowSum = (x: number) => downRows[0] * at(0, x) + downRows[1] * at(1, x) + downRows[2] * at(2, x);
      if (column === undefined) {
        for (let x = 0; x < 3; x++) transformed[(o * 3 + x) * inner + i] = rowSum(x);
      } else {
        const [a, b, c] = FILTER[column]!;
        transformed[o * inner + i] = a * rowSum(0) + b * rowSum(1) + c * rowSum(2);
      }
    }
  }
  return { dims: [outputs, inputs, 1, width], values: transformed };
}
