import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeModel, makeModel } from '../../../src/onnx/model.ts';
import { convert, operators, run, TO_NCHW, TO_NHWC, tfGraph } from '../../support/tf-graph.ts';
import { flattened, resized } from '../../support/tf-pieces.ts';

/** Whole numbers that do not repeat soon, negative ones among them. */
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => ((i * 7) % 23) - 11);

/** What TensorFlow computes: x in NCHW is padded with zeros, convolved and given its bias; result in NCHW. Whole numbers: exact. */
function plainConv(
  x: readonly number[],
  [, channels, rows, columns]: readonly [number, number, number, number],
  kernel: { size: [number, number, number, number]; values: readonly number[] },
  bias: readonly number[],
  pads: { top: number; left: number; bottom: number; right: number },
  stride: number,
): number[] {
  const [kh, kw, , out] = kernel.size;
  const height = Math.floor((rows + pads.top + pads.bottom - kh) / stride) + 1;
  const width = Math.floor((columns + pads.left + pads.right - kw) / stride) + 1;
  const result: number[] = [];
  for (let o = 0; o < out; o++)
    for (let y = 0; y < height; y++)
      for (let z = 0; z < width; z++) {
        let sum = bias[o]!;
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++)
            for (let c = 0; c < channels; c++) {
              const row = y * stride + i - pads.top;
              const column = z * stride + j - pads.left;
              const inside = row >= 0 && row < rows && column >= 0 && column < columns;
              if (inside)
                sum +=
                  x[(c * rows + row) * columns + column]! * kernel.values[((i * kw + j) * channels + c) * out + o]!;
            }
        result.push(sum);
      }
  return result;
}

test('Pad, Transpose, Conv2D, Add, Transpose become one Conv with its pads and bias', async () => {
  const graph = tfGraph([1, 2, 5, 4]);
  const kernel = { size: [3, 2, 2, 3] as [number, number, number, number], values: numbers(36) };
  const bias = [100, 200, 300];
  const padded = graph.pad('x', [
    [0, 0],
    [0, 0],
    [1, 2],
    [0, 3],
  ]);
  const conv = graph.conv(graph.transpose(padded, TO_NHWC), graph.constant(kernel.size, kernel.values), 2);
  const sum = graph.node('Add', [conv, graph.constant([3], bias)]);
  const onnx = convert(graph, [{ node: graph.transpose(sum, TO_NCHW) }]);
  assert.deepEqual(operators(onnx), ['Conv']);
  assert.equal(onnx.initializer.length, 2);
  const x = numbers(40);
  const [y] = await run(onnx, [1, 2, 5, 4], x);
  const pads = { top: 1, left: 0, bottom: 2, right: 3 };
  assert.deepEqual(y, { shape: [1, 3, 3, 3], values: plainConv(x, [1, 2, 5, 4], kernel, bias, pads, 2) });
});

test('the bias may stand on either side of Add, and padding may be put on after the transpose', async () => {
  const graph = tfGraph([1, 1, 2, 2]);
  const padded = graph.pad(graph.transpose('x', TO_NHWC), [
    [0, 0],
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  const conv = graph.conv(padded, graph.constant([2, 2, 1, 1], [1, 10, 100, 1000]));
  const sum = graph.node('AddV2', [graph.constant([1], [0.5]), conv]);
  const onnx = convert(graph, [{ node: graph.transpose(sum, TO_NCHW) }]);
  assert.deepEqual(operators(onnx), ['Conv']);
  const [y] = await run(onnx, [1, 1, 2, 2], [1, 2, 3, 4]);
  // rows 0 0 0 / 1 2 0 / 3 4 0
  assert.deepEqual(y, { shape: [1, 1, 2, 2], values: [2100.5, 200.5, 4321.5, 402.5] });
});

test('PadV2 with minus infinity folds into MaxPool, also where everything is negative', async () => {
  const graph = tfGraph([1, 1, 2, 2]);
  const padded = graph.pad(
    'x',
    [
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ],
    Number.NEGATIVE_INFINITY,
  );
  const pooled = graph.maxPool(graph.transpose(padded, TO_NHWC), 3, 2);
  const onnx = convert(graph, [{ node: graph.transpose(pooled, TO_NCHW) }]);
  assert.deepEqual(operators(onnx), ['MaxPool']);
  const [y] = await run(onnx, [1, 1, 2, 2], [-4, -3, -2, -5]);
  assert.deepEqual(y, { shape: [1, 1, 1, 1], values: [-2] });
});

test('transposes only rename axes; an output in another order gets the one that is needed', async () => {
  const graph = tfGraph([1, 2, 1, 3]);
  const there = graph.node('LeakyRelu', [graph.transpose('x', TO_NHWC)], { alpha: { f: 0.5 } });
  const back = graph.node('Sigmoid', [graph.transpose(there, TO_NCHW)]);
  const onnx = convert(graph, [{ node: there }, { node: back }]);
  assert.deepEqual(operators(onnx), ['LeakyRelu', 'Transpose', 'Sigmoid']);
  const [nhwc, nchw] = await run(onnx, [1, 2, 1, 3], [0, 1, 2, -4, -6, -8]);
  assert.deepEqual(nhwc, { shape: [1, 1, 3, 2], values: [0, -2, 1, -3, 2, -4] });
  assert.deepEqual(nchw?.shape, [1, 2, 1, 3]);
});

for (const axis of [3, -1]) {
  test(`ConcatV2 and SplitV along axis ${axis} of NHWC work on ONNX's channels`, async () => {
    const graph = tfGraph([1, 1, 1, 2]);
    const nhwc = graph.transpose('x', TO_NHWC);
    const twice = graph.node('LeakyRelu', [nhwc], { alpha: { f: 2 } });
    const joined = graph.node('ConcatV2', [nhwc, twice, nhwc, graph.constant([], [axis], 'int')]);
    const split = graph.node('SplitV', [joined, graph.constant([2], [1, 2], 'int'), graph.constant([], [axis], 'int')]);
    const outputs = [split, `${split}:1`].map(half => ({ node: graph.transpose(half, TO_NCHW) }));
    const onnx = convert(graph, outputs);
    assert.deepEqual(operators(onnx), ['LeakyRelu', 'Concat', 'Split']);
    const [first, rest] = await run(onnx, [1, 1, 1, 2], [-1, 3]);
    assert.deepEqual(first, { shape: [1, 1, 1, 2], values: [-1, 3] });
    assert.deepEqual(rest, { shape: [1, 2, 1, 2], values: [-2, 3, -1, 3] });
  });
}

test('ResizeBilinear doubles and halves by ratio, at any size', async () => {
  const up = resized([1, 2], [2, 4]);
  const doubled = convert(up.graph, [{ node: up.node }]);
  assert.deepEqual(operators(doubled), ['Resize']);
  const [wide] = await run(doubled, [1, 1, 1, 3], [0, 4, 8]);
  // half-pixel centres: samples at -0.25, 0.25, 0.75, 1.25, 1.75, 2.25
  assert.deepEqual(wide, { shape: [1, 1, 2, 6], values: [0, 1, 3, 5, 7, 8, 0, 1, 3, 5, 7, 8] });
  const down = resized([4, 4], [2, 2]);
  const [halved] = await run(convert(down.graph, [{ node: down.node }]), [1, 1, 2, 4], [1, 3, 5, 7, 9, 11, 13, 15]);
  assert.deepEqual(halved, { shape: [1, 1, 1, 2], values: [6, 10] });
});

test('Reshape flattens any height, width and batch; its shape arithmetic is done beforehand', async () => {
  const { graph, node } = flattened([1, 2, -1]);
  const onnx = convert(graph, [{ node, rank: 3 }]);
  assert.deepEqual(operators(onnx), ['Reshape', 'Transpose']);
  const [y] = await run(onnx, [2, 2, 1, 3], numbers(12));
  const n = numbers(12);
  const points = [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11].map(i => n[i]!);
  assert.deepEqual(y, { shape: [2, 3, 2], values: points });
});

test('two computed values are added; what no output needs is not written; names and bytes are the same every time', () => {
  const make = (): ReturnType<typeof convert> => {
    const graph = tfGraph([1, 1, 2, 2]);
    graph.conv(graph.transpose('x', TO_NHWC), graph.constant([1, 1, 1, 1], [9]));
    graph.node('NobodyKnows', ['x']);
    return convert(graph, [{ node: graph.node('Identity', [graph.node('Add', ['x', 'x'])]) }]);
  };
  assert.deepEqual(operators(make()), ['Add']);
  assert.equal(make().initializer.length, 0);
  const bytes = (): Uint8Array => encodeModel(makeModel({ graph: make(), producer: { name: 'p', version: '1' } }));
  assert.deepEqual(bytes(), bytes());
});
