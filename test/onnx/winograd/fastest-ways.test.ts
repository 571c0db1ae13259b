import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convolveByRows } from '../../../src/onnx/winograd/convolve-by-rows.ts';
import { convolveByTiles } from '../../../src/onnx/winograd/convolve-by-tiles.ts';
import { fastestWays } from '../../../src/onnx/winograd/fastest-ways.ts';

const sized = (output: string, outputs: number, inputs: number, height: number, width: number) => {
  const filter = { dims: [outputs, inputs, 3, 3], values: new Float32Array() };
  return { conv: { input: 'x', output, filter, filterName: 'w', bias: undefined, activation: [] }, height, width };
};

// As measured one by one, and interleaved, with one thread and AVX2: direct, by rows, by tiles, in milliseconds.
for (const [outputs, inputs, height, width, block, expected, measured] of [
  [256, 256, 50, 68, 8, convolveByTiles, '46.4, 31.8, 20.3'],
  [128, 128, 52, 52, 8, convolveByTiles, '9.5, 6.6, 5.2'],
  [512, 512, 13, 13, 8, convolveByTiles, '12.6, 9.9, 8.5'],
  [128, 128, 26, 26, 8, convolveByRows, '2.8, 2.3, 2.4'],
  [64, 64, 52, 52, 8, convolveByRows, '3.2, 2.7, 3.1'],
  [256, 256, 13, 13, 8, convolveByRows, '2.6, 2.1, 2.6'],
  [128, 128, 13, 13, 8, undefined, '0.81, 0.78, 1.21'],
  [32, 32, 52, 52, 8, undefined, '0.94, 0.91, 1.34'],
  [16, 16, 160, 160, 8, undefined, '2.8, 3.2, 4.0'],
  // With AVX-512 less is won by fewer multiplications: reckoned, not measured.
  [256, 256, 50, 68, 16, convolveByTiles, ''],
  [64, 64, 52, 52, 16, undefined, ''],
] as const) {
  test(`${inputs} to ${outputs} channels, ${height}x${width}, ${block} at a time: ${expected?.name ?? 'as it is'}`, t => {
    if (measured !== '') t.diagnostic(`measured: ${measured} ms`);
    assert.equal(fastestWays([sized('y', outputs, inputs, height, width)], block).get('y'), expected);
  });
}

test('without tiles, by rows', () => {
  assert.deepEqual([...fastestWays([sized('y', 256, 256, 50, 68)], 8, false).values()], [convolveByRows]);
});

test('what would save less than a two-thousandth of the time is left as it is', () => {
  const large = Array.from({ length: 16 }, (_, index) => sized(`large ${index}`, 256, 256, 100, 168));
  const small = sized('small', 256, 256, 13, 21);
  assert.equal(fastestWays([small], 8).get('small'), convolveByTiles);
  const ways = fastestWays([...large, small], 8);
  assert.deepEqual([ways.size, ways.has('small')], [16, false]);
});
