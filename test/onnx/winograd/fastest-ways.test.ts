import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convolveByRows } from '../../../src/onnx/winograd/convolve-by-rows.ts';
import { convolveByTiles } from '../../../src/onnx/winograd/convolve-by-tiles.ts';
import { AVX2, WIDE, ZEN4, ZEN5 } from '../../../src/onnx/winograd/costs.ts';
import { fastestWays } from '../../../src/onnx/winograd/fastest-ways.ts';

const COSTS = { AVX2, WIDE, ZEN4, ZEN5 };

const sized = (output: string, outputs: number, inputs: number, height: number, width: number) => {
  const filter = { dims: [outputs, inputs, 3, 3], values: new Float32Array() };
  return { conv: { input: 'x', output, filter, filterName: 'w', bias: undefined, activation: [] }, height, width };
};

// As measured one by one, and interleaved, with one thread: direct, by rows, by tiles, in milliseconds.
for (const [outputs, inputs, height, width, cpu, expected, measured] of [
  [256, 256, 50, 68, 'AVX2', convolveByTiles, '46.4, 31.8, 20.3'],
  [128, 128, 52, 52, 'AVX2', convolveByTiles, '9.5, 6.6, 5.2'],
  [512, 512, 13, 13, 'AVX2', convolveByTiles, '12.6, 9.9, 8.5'],
  [128, 128, 26, 26, 'AVX2', convolveByRows, '2.8, 2.3, 2.4'],
  [64, 64, 52, 52, 'AVX2', convolveByRows, '3.2, 2.7, 3.1'],
  [256, 256, 13, 13, 'AVX2', convolveByRows, '2.6, 2.1, 2.6'],
  [128, 128, 13, 13, 'AVX2', undefined, '0.81, 0.78, 1.21'],
  [32, 32, 52, 52, 'AVX2', undefined, '0.94, 0.91, 1.34'],
  [16, 16, 160, 160, 'AVX2', undefined, '2.8, 3.2, 4.0'],
  [256, 256, 50, 68, 'ZEN4', convolveByTiles, '35.3, 21.4, 14.2'],
  [256, 256, 26, 26, 'ZEN4', convolveByTiles, '7.2, 4.6, 3.7'],
  [256, 256, 13, 13, 'ZEN4', convolveByTiles, '1.86, 1.56, 1.57'],
  [128, 128, 52, 52, 'ZEN4', convolveByTiles, '7.2, 4.5, 3.5'],
  [128, 128, 26, 26, 'ZEN4', convolveByTiles, '1.81, 1.21, 1.13'],
  [128, 128, 13, 13, 'ZEN4', convolveByRows, '0.46, 0.36, 0.41'],
  [512, 512, 13, 13, 'ZEN4', convolveByTiles, '7.4, 5.9, 4.8'],
  [64, 64, 104, 104, 'ZEN4', convolveByTiles, '7.6, 5.1, 4.8'],
  [32, 32, 104, 104, 'ZEN4', convolveByRows, '2.04, 1.65, 1.90'],
  [32, 32, 52, 52, 'ZEN4', undefined, '0.51, 0.40, 0.48'],
  [96, 96, 52, 52, 'ZEN4', convolveByTiles, '4.1, 2.6, 2.2'],
  [256, 256, 50, 68, 'ZEN5', convolveByTiles, '18.8, 11.4, 8.3'],
  [256, 256, 26, 26, 'ZEN5', convolveByTiles, '3.7, 2.4, 2.1'],
  [256, 256, 13, 13, 'ZEN5', undefined, '0.97, 0.78, 0.88'],
  [128, 128, 52, 52, 'ZEN5', convolveByTiles, '3.8, 2.4, 2.2'],
  [128, 128, 26, 26, 'ZEN5', convolveByRows, '0.92, 0.59, 0.61'],
  [128, 128, 13, 13, 'ZEN5', undefined, '0.22, 0.20, 0.27'],
  [512, 512, 13, 13, 'ZEN5', convolveByRows, '4.0, 3.3, 3.1'],
  [64, 64, 104, 104, 'ZEN5', convolveByRows, '3.9, 2.9, 3.2'],
  [64, 64, 52, 52, 'ZEN5', convolveByRows, '0.98, 0.68, 0.80'],
  [32, 32, 104, 104, 'ZEN5', undefined, '1.01, 0.95, 1.37'],
  [96, 96, 52, 52, 'ZEN5', convolveByRows, '2.15, 1.46, 1.53'],
  [96, 96, 26, 26, 'ZEN5', convolveByRows, '0.55, 0.42, 0.59'],
  // Reckoned, not measured: less is won by fewer multiplications.
  [256, 256, 50, 68, 'WIDE', convolveByTiles, ''],
  [64, 64, 52, 52, 'WIDE', undefined, ''],
] as const) {
  test(`${inputs} to ${outputs} channels, ${height}x${width}, ${cpu}: ${expected?.name ?? 'as it is'}`, t => {
    if (measured !== '') t.diagnostic(`measured: ${measured} ms`);
    assert.equal(fastestWays([sized('y', outputs, inputs, height, width)], COSTS[cpu]).get('y'), expected);
  });
}

test('without tiles, by rows', () => {
  assert.deepEqual([...fastestWays([sized('y', 256, 256, 50, 68)], AVX2, false).values()], [convolveByRows]);
});

test('what would save less than a two-thousandth of the time is left as it is', () => {
  const large = Array.from({ length: 16 }, (_, index) => sized(`large ${index}`, 256, 256, 100, 168));
  const small = sized('small', 256, 256, 13, 21);
  assert.equal(fastestWays([small], AVX2).get('small'), convolveByTiles);
  const ways = fastestWays([...large, small], AVX2);
  assert.deepEqual([ways.size, ways.has('small')], [16, false]);
});
