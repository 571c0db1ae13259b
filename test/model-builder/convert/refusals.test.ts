import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convert, spatial, type TfGraph, TO_NCHW, TO_NHWC, text, tfGraph } from '../../support/tf-graph.ts';
import { flattened, resized } from '../../support/tf-pieces.ts';

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
