import { makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { ModelProto, NodeProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { type Normalisation, weights } from './family-graph.ts';

export interface DecodedGraphOptions {
  normalisation: Normalisation;
  size: number;
  /**
   * `dets`: the best 20 cells, as mmdeploy gives them; `apart`: boxes and scores; `some`: the same of the cells that score 0.25
   * or more, without a batch; `fused`: one tensor, as Ultralytics has it.
   */
  form: 'dets' | 'apart' | 'some' | 'fused';
  boxes?: 'xyxy' | 'cxcywh' | 'fractions';
}

const STRIDE = 8;

/** The detector of coloured squares (see family-graph.ts), with its boxes decoded in the graph: one level, boxes 24 pixels wide. */
export function decodedGraph({ normalisation, size, form, boxes = 'xyxy' }: DecodedGraphOptions): ModelProto {
  const one = { kernel_shape: { ints: [1, 1] } };
  const pool = { kernel_shape: { ints: [STRIDE, STRIDE] }, strides: { ints: [STRIDE, STRIDE] } };
  const points = (size / STRIDE) ** 2;
  const initializers = [
    ...weights({ normalisation, strides: [STRIDE], bins: 2, priorOffset: 0 }).filter(({ name }) =>
      name.startsWith('cls'),
    ),
    floatTensor('grid', [points, 4], coordinates(size, boxes)),
    int64Tensor('flat', [3], [0, 0, -1]),
  ];
  const nodes: NodeProto[] = [
    makeNode('AveragePool', ['images'], ['cells'], pool),
    makeNode('Conv', ['cells', 'cls_weight', 'cls_bias'], ['logits'], one),
    makeNode('Sigmoid', ['logits'], ['map']),
    makeNode('Reshape', ['map', 'flat'], ['rows']),
    makeNode('Transpose', ['rows'], ['scores'], { perm: { ints: [0, 2, 1] } }),
  ];
  const output = (name: string, dims: (number | string)[], type: 'float' | 'int64' = 'float') =>
    makeValue(name, type, dims);
  const model = (outputs: ReturnType<typeof output>[]) =>
    makeModel({
      graph: makeGraph({
        name: 'decoded',
        inputs: [makeValue('images', 'float', ['batch', 3, size, size])],
        outputs,
        nodes,
        initializers,
      }),
      producer: { name: 'gfl-serve tests', version: '1' },
    });

  nodes.push(makeNode('ReduceMax', ['scores'], ['best'], { axes: { ints: [2] }, keepdims: { int: 1 } }));
  if (form === 'dets') {
    initializers.push(int64Tensor('count', [1], [20]), int64Tensor('last', [1], [2]));
    nodes.push(
      makeNode('ArgMax', ['scores'], ['classes'], { axis: { int: 2 }, keepdims: { int: 0 } }),
      makeNode('Squeeze', ['best', 'last'], ['flat_best']),
      makeNode('TopK', ['flat_best', 'count'], ['top', 'which'], { axis: { int: 1 } }),
      makeNode('Gather', ['grid', 'which'], ['boxes'], { axis: { int: 0 } }),
      makeNode('Unsqueeze', ['top', 'last'], ['top_column']),
      makeNode('Concat', ['boxes', 'top_column'], ['dets'], { axis: { int: 2 } }),
      makeNode('GatherElements', ['classes', 'which'], ['labels'], { axis: { int: 1 } }),
    );
    return model([output('dets', ['batch', 20, 5]), output('labels', ['batch', 20], 'int64')]);
  }
  // The same boxes for every picture of a batch.
  initializers.push(floatTensor('zero', [1], Float32Array.of(0)));
  nodes.push(makeNode('Mul', ['best', 'zero'], ['nothing']), makeNode('Add', ['nothing', 'grid'], ['boxes']));
  if (form === 'apart') return model([output('boxes', ['batch', points, 4]), output('scores', ['batch', points, 3])]);
  if (form === 'some') {
    const axis = { axis: { int: 0 } };
    initializers.push(floatTensor('least', [], Float32Array.of(0.25)), int64Tensor('ends', [2], [0, 2]));
    initializers.push(int64Tensor('first', [1], [0]));
    nodes.push(
      makeNode('Squeeze', ['best', 'ends'], ['line']),
      makeNode('Less', ['line', 'least'], ['is_low']),
      makeNode('Not', ['is_low'], ['is_high']),
      makeNode('NonZero', ['is_high'], ['found']),
      makeNode('Squeeze', ['found', 'first'], ['cells_found']),
      makeNode('Squeeze', ['boxes', 'first'], ['all_boxes']),
      makeNode('Squeeze', ['scores', 'first'], ['all_scores']),
      makeNode('Gather', ['all_boxes', 'cells_found'], ['some_boxes'], axis),
      makeNode('Gather', ['all_scores', 'cells_found'], ['some_scores'], axis),
    );
    return model([output('some_boxes', ['n', 4]), output('some_scores', ['n', 3])]);
  }
  nodes.push(
    makeNode('Concat', ['boxes', 'scores'], ['both'], { axis: { int: 2 } }),
    makeNode('Transpose', ['both'], ['output0'], { perm: { ints: [0, 2, 1] } }),
  );
  return model([output('output0', ['batch', 7, points])]);
}

/** (points, 4): 24 x 24 pixels around every cell's middle. */
function coordinates(size: number, boxes: 'xyxy' | 'cxcywh' | 'fractions'): Float32Array {
  const columns = size / STRIDE;
  const values = Array.from({ length: columns ** 2 }, (_, point) => {
    const [x, y] = [point % columns, Math.floor(point / columns)].map(cell => (cell + 0.5) * STRIDE) as [
      number,
      number,
    ];
    if (boxes === 'cxcywh') return [x, y, 24, 24];
    const corners = [x - 12, y - 12, x + 12, y + 12];
    return boxes === 'fractions' ? corners.map(edge => edge / size) : corners;
  });
  return Float32Array.from(values.flat());
}
