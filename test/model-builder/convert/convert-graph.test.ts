import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeModel, makeModel } from '../../../src/onnx/model.ts';
import {
  convert,
  operators,
  run,
  spatial,
  type TfGraph,
  TO_NCHW,
  TO_NHWC,
  text,
  tfGraph,
} from '../../support/tf-graph.ts';

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

function resized(from: [number, number], to: [number, number], attr = {}): { graph: TfGraph; node: string } {
  const graph = tfGraph([1, 1, ...from]);
  const size = graph.constant([2], to, 'int');
  const options = { half_pixel_centers: { b: true }, align_corners: { b: false }, ...attr };
  const node = graph.node('ResizeBilinear', [graph.transpose('x', TO_NHWC), size], options);
  return { graph, node: graph.transpose(node, TO_NCHW) };
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

/** Two channels flattened as onnx-tf does: the shape is a constant plus zeros made by SparseToDense. */
function flattened(target: number[], set: number[] = []): { graph: TfGraph; node: string } {
  const graph = tfGraph([1, 2, 2, 2]);
  const int = (shape: number[], values: number[]): string => graph.constant(shape, values, 'int');
  const zeros = graph.node('SparseToDense', [
    int([set.length, 1], set),
    int([1], [3]),
    int([set.length], set),
    int([], [0]),
  ]);
  const shape = graph.node('AddV2', [int([3], target), zeros]);
  const flat = graph.node('Reshape', ['x', shape]);
  return { graph, node: graph.transpose(flat, [0, 2, 1]) };
}

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

const NCHW_PAD = [
  [0, 0],
  [0, 0],
  [1, 1],
  [1, 1],
] as const;

const refused: Record<string, { make: (graph: TfGraph) => string; says: RegExp }> = {
  'an unknown operator': {
    make: graph => graph.node('Softplus', ['x']),
    says: /^Cannot convert node 'Softplus_1' \(Softplus\): this operator is not understood\.$/,
  },
  'MaxPool over zeros': {
    make: graph => graph.maxPool(graph.transpose(graph.pad('x', NCHW_PAD), TO_NHWC), 3, 2),
    says: /^Cannot convert node 'MaxPool_\d+' \(MaxPool\): its input is padded with 0, but ONNX pads with -Infinity\.$/,
  },
  'Conv2D over ones': {
    make: graph => graph.conv(graph.transpose(graph.pad('x', NCHW_PAD, 1), TO_NHWC), graph.constant([1, 1, 1, 1], [1])),
    says: /\(Conv2D\): its input is padded with 1, but ONNX pads with 0\.$/,
  },
  'padding that nothing folds': {
    make: graph => graph.node('Sigmoid', [graph.pad('x', NCHW_PAD)]),
    says: /\(Sigmoid\): its input 0 is padded, which only Conv2D and MaxPool fold in\.$/,
  },
  'a padded output': { make: graph => graph.pad('x', NCHW_PAD), says: /\(Pad\): an output is padded\.$/ },
  'padding of channels': {
    make: graph =>
      graph.pad('x', [
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 0],
      ]),
    says: /\(Pad\): it pads more than height and width\.$/,
  },
  'a bias whose Conv2D is also used without it': {
    make: graph => {
      const conv = graph.conv(graph.transpose('x', TO_NHWC), graph.constant([1, 1, 1, 1], [1]));
      return graph.node('Add', [graph.node('Add', [conv, graph.constant([1], [1])]), graph.node('Sigmoid', [conv])]);
    },
    says: /\(Add\): the Conv that it adds a bias to is also used without it\.$/,
  },
  'a constant added to what is no Conv2D': {
    make: graph => graph.node('Add', ['x', graph.constant([1], [1])]),
    says: /\(Add\): it adds a constant to what is no Conv without bias\.$/,
  },
  'a bias along the wrong axis': {
    make: graph => {
      const conv = graph.conv(graph.transpose('x', TO_NHWC), graph.constant([1, 1, 1, 2], [1, 2]));
      return graph.node('Add', [graph.transpose(conv, TO_NCHW), graph.constant([2], [1, 2])]);
    },
    says: /\(Add\): its constant of shape \[2\] is not one number a channel\.$/,
  },
  'Conv2D on NCHW': {
    make: graph => graph.conv('x', graph.constant([1, 1, 1, 1], [1])),
    says: /\(Conv2D\): its input has the axis order \[0,1,2,3\] over NCHW, not NHWC\.$/,
  },
  'Conv2D with SAME padding': {
    make: graph =>
      graph.node('Conv2D', [graph.transpose('x', TO_NHWC), graph.constant([1, 1, 1, 1], [1])], {
        data_format: text('NHWC'),
        padding: text('SAME'),
        strides: spatial(1),
        dilations: spatial(1),
      }),
    says: /\(Conv2D\): data format NHWC with SAME padding is not NHWC with VALID\.$/,
  },
  'Conv2D for other channels (a grouped one)': {
    make: graph => graph.conv(graph.transpose('x', TO_NHWC), graph.constant([1, 1, 2, 1], [1, 2])),
    says: /\(Conv2D\): its kernel is for 2 channels but its input has 1\.$/,
  },
  'values in different orders of axes': {
    make: graph =>
      graph.node('Add', [graph.transpose('x', TO_NHWC), graph.transpose(graph.transpose('x', TO_NHWC), TO_NCHW)]),
    says: /\(Add\): its inputs differ in shape or order of axes\.$/,
  },
  'sizes that do not make up the whole': {
    make: graph => graph.node('SplitV', ['x', graph.constant([2], [1, 1], 'int'), graph.constant([], [1], 'int')]),
    says: /\(SplitV\): sizes \[1,1\] do not add up to 1\.$/,
  },
  'an order that is no permutation': {
    make: graph => graph.transpose('x', [0, 2, 2, 1]),
    says: /\(Transpose\): \[0,2,2,1\] is no order of 4 axes\.$/,
  },
  'a control input': {
    make: graph => graph.node('Identity', ['x', '^x']),
    says: /^The graph has no node '\^x', which another one or the recipe reads\.$/,
  },
  'an output that is not there': {
    make: graph => graph.node('Identity', [`${graph.node('Sigmoid', ['x'])}:1`]),
    says: /^Node 'Sigmoid_1' \(Sigmoid\) has no output 1, which another one reads\.$/,
  },
  'a constant without weight': {
    make: graph => graph.node('Add', ['x', graph.node('Const', [])]),
    says: /\(Const\): it has no weight of this name\.$/,
  },
};

for (const [name, { make, says }] of Object.entries(refused)) {
  test(`refused with a sentence that names the node: ${name}`, () => {
    const graph = tfGraph([1, 1, 4, 4]);
    const node = make(graph);
    assert.throws(() => convert(graph, [{ node }]), { name: 'BuildError', message: says });
  });
}

test('refused: resizing by other ratios or at other sample points, reshaping to anything else, setting sparse values', () => {
  const ratio = resized([4, 4], [6, 6]);
  assert.throws(() => convert(ratio.graph, [{ node: ratio.node }]), {
    message: /resizing 4x4 to 6x6 is not by a power of two/,
  });
  const corners = resized([4, 4], [8, 8], { align_corners: { b: true } });
  assert.throws(() => convert(corners.graph, [{ node: corners.node }]), {
    message: /does not sample at half-pixel centres/,
  });
  const folded = flattened([1, 4, -1]);
  assert.throws(() => convert(folded.graph, [{ node: folded.node, rank: 3 }]), {
    message: /\(Reshape\): \[1,4,-1\] is no flattening of height and width of an NCHW value \[1,2,2,2\]/,
  });
  const sparse = flattened([1, 2, -1], [1]);
  assert.throws(() => convert(sparse.graph, [{ node: sparse.node, rank: 3 }]), { message: /it sets values/ });
});
