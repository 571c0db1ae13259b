import { makeNode } from '../../src/onnx/node.ts';
import {
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
  type ValueInfoProto,
} from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { decodedGraph } from './decoded-graph.ts';
import type { Normalisation } from './family-graph.ts';

/**
 * How other exporters give what `decodedGraph` gives. `rows`: Ultralytics' with suppression inside; `paddle rows`: PaddleDetection's, of the found alone, in pixels of
 * the picture; `image rows`: YOLOv7's, and `flat rows`: super-gradients', likewise of the found alone; `columns`: super-gradients'; `objectness`: YOLOv5's, 0.8 everywhere; `objectness of 1`: YOLOv6's; `crossed`: PaddleDetection's without suppression.
 */
export type OtherOutputs =
  | 'rows'
  | 'paddle rows'
  | 'image rows'
  | 'flat rows'
  | 'columns'
  | 'objectness'
  | 'objectness of 1'
  | 'crossed';

const FROM = {
  rows: 'dets',
  'paddle rows': 'dets',
  'image rows': 'dets',
  'flat rows': 'dets',
  columns: 'dets',
  objectness: 'fused',
  'objectness of 1': 'fused',
  crossed: 'apart',
} as const;

/** The detector of coloured squares with outputs of another form. @param size of the network input, pixels */
export function otherOutputs(form: OtherOutputs, normalisation: Normalisation, size: number): ModelProto {
  const model = decodedGraph({
    normalisation,
    size,
    form: FROM[form],
    boxes: FROM[form] === 'fused' ? 'cxcywh' : 'xyxy',
  });
  const graph = model.graph!;
  const { nodes, initializers, inputs = [], outputs } = PARTS[form](size);
  graph.node.push(...nodes);
  graph.initializer.push(...initializers);
  graph.input.push(...inputs);
  graph.output = outputs;
  return model;
}

/** The same of pixels as they are, as super-gradients exports it by default, in place; for a graph that was made for `RAW` ones. */
export function takingPixels(model: ModelProto): ModelProto {
  const { input, node } = model.graph!;
  const [picture] = input;
  if (picture?.type?.value.case === 'tensorType') picture.type.value.value.elemType = TensorProto_DataType.UINT8;
  for (const user of node) user.input = user.input.map(name => (name === picture!.name ? 'pixels' : name));
  node.unshift(makeNode('Cast', [picture!.name], ['pixels'], FLOAT));
  return model;
}

interface Parts {
  nodes: NodeProto[];
  initializers: TensorProto[];
  inputs?: ValueInfoProto[];
  outputs: ValueInfoProto[];
}

const pointsOf = (size: number) => (size / 8) ** 2;
const LAST = { axis: { int: -1 } };
const FLOAT = { to: { int: 1 } };

/** (n, 1) of all boxes, and which of them are found. */
const COLUMNS = {
  initializers: [
    int64Tensor('flat_dets', [2], [-1, 5]),
    int64Tensor('flat_ids', [2], [-1, 1]),
    int64Tensor('score_at', [1], [4]),
    int64Tensor('box_at', [4], [0, 1, 2, 3]),
    int64Tensor('axis_1', [1], [1]),
    floatTensor('found_from', [1], Float32Array.of(0.25)),
  ],
  nodes: [
    makeNode('Reshape', ['dets', 'flat_dets'], ['rows_of_5']),
    makeNode('Cast', ['labels'], ['ids'], FLOAT),
    makeNode('Reshape', ['ids', 'flat_ids'], ['id_column']),
    makeNode('Gather', ['rows_of_5', 'score_at'], ['score_column'], { axis: { int: 1 } }),
    makeNode('Gather', ['rows_of_5', 'box_at'], ['input_boxes'], { axis: { int: 1 } }),
    makeNode('Greater', ['score_column', 'found_from'], ['is_found']),
    makeNode('Squeeze', ['is_found', 'axis_1'], ['which_found']),
  ],
};

/** Suppresses nothing that is looked at: a graph with one inside is told by the operator. */
const SUPPRESSION = {
  initializers: [int64Tensor('at_most', [1], [20]), int64Tensor('axis_0', [1], [0])],
  nodes: [
    makeNode('Transpose', ['scores'], ['scores_by_classes'], { perm: { ints: [0, 2, 1] } }),
    makeNode('Unsqueeze', ['grid', 'axis_0'], ['grid_of_one']),
    makeNode('NonMaxSuppression', ['grid_of_one', 'scores_by_classes', 'at_most'], ['kept']),
  ],
};

const PARTS: Record<OtherOutputs, (size: number) => Parts> = {
  rows: () => ({
    initializers: [int64Tensor('axis_2', [1], [2])],
    nodes: [
      makeNode('Cast', ['labels'], ['ids'], FLOAT),
      makeNode('Unsqueeze', ['ids', 'axis_2'], ['id_column']),
      makeNode('Concat', ['dets', 'id_column'], ['output0'], LAST),
    ],
    outputs: [makeValue('output0', 'float', ['batch', 20, 6])],
  }),
  'paddle rows': () => ({
    inputs: [makeValue('scale_factor', 'float', ['batch', 2])],
    initializers: [
      ...COLUMNS.initializers,
      int64Tensor('x_and_y', [4], [1, 0, 1, 0]), // the factor of the height comes first
      int64Tensor('axis_0', [1], [0]),
    ],
    nodes: [
      ...COLUMNS.nodes,
      makeNode('Gather', ['scale_factor', 'x_and_y'], ['factors'], { axis: { int: 1 } }),
      makeNode('Div', ['input_boxes', 'factors'], ['picture_boxes']),
      makeNode('Concat', ['id_column', 'score_column', 'picture_boxes'], ['all_rows'], LAST),
      makeNode('Compress', ['all_rows', 'which_found'], ['multiclass_nms3_0.tmp_0'], { axis: { int: 0 } }),
      makeNode('Shape', ['multiclass_nms3_0.tmp_0'], ['found_shape']),
      makeNode('Gather', ['found_shape', 'axis_0'], ['found_count'], { axis: { int: 0 } }),
      makeNode('Cast', ['found_count'], ['multiclass_nms3_0.tmp_2'], { to: { int: 6 } }),
    ],
    outputs: [
      makeValue('multiclass_nms3_0.tmp_0', 'float', ['n', 6]),
      makeValue('multiclass_nms3_0.tmp_2', 'int32', [1]),
    ],
  }),
  'image rows': () => beginningWithImage('output', ['id_column', 'score_column']),
  'flat rows': () => beginningWithImage('graph2_flat_predictions', ['score_column', 'id_column']),
  columns: () => ({
    initializers: [
      int64Tensor('score_at', [], [4]),
      int64Tensor('box_at', [4], [0, 1, 2, 3]),
      int64Tensor('count_shape', [2], [1, 1]),
      int64Tensor('twenty', [1], [20]),
      ...SUPPRESSION.initializers,
    ],
    nodes: [
      makeNode('Gather', ['dets', 'box_at'], ['graph2_pred_boxes'], { axis: { int: 2 } }),
      makeNode('Gather', ['dets', 'score_at'], ['graph2_pred_scores'], { axis: { int: 2 } }),
      makeNode('Reshape', ['twenty', 'count_shape'], ['graph2_num_predictions']),
      ...SUPPRESSION.nodes,
      makeNode('Identity', ['labels'], ['graph2_pred_classes']),
    ],
    outputs: [
      makeValue('graph2_num_predictions', 'int64', ['batch', 1]),
      makeValue('graph2_pred_boxes', 'float', ['batch', 20, 4]),
      makeValue('graph2_pred_scores', 'float', ['batch', 20]),
      makeValue('graph2_pred_classes', 'int64', ['batch', 20]),
    ],
  }),
  objectness: size => withObjectness(size, 0.8),
  'objectness of 1': size => withObjectness(size, 1),
  crossed: size => ({
    initializers: [],
    nodes: [makeNode('Transpose', ['scores'], ['concat_12.tmp_0'], { perm: { ints: [0, 2, 1] } })],
    outputs: [
      makeValue('boxes', 'float', ['batch', pointsOf(size), 4]),
      makeValue('concat_12.tmp_0', 'float', ['batch', 3, pointsOf(size)]),
    ],
  }),
};

/** (n, 7): the image, which is 0, a box, and its last two columns. */
function beginningWithImage(output: string, lastColumns: string[]): Parts {
  return {
    initializers: [...SUPPRESSION.initializers, ...COLUMNS.initializers],
    nodes: [
      ...SUPPRESSION.nodes,
      ...COLUMNS.nodes,
      makeNode('Sub', ['score_column', 'score_column'], ['image_column']),
      makeNode('Concat', ['image_column', 'input_boxes', ...lastColumns], ['all_rows'], LAST),
      makeNode('Compress', ['all_rows', 'which_found'], [output], { axis: { int: 0 } }),
    ],
    outputs: [makeValue(output, 'float', ['n', 7])],
  };
}

/** (batch, points, 8), as YOLOv5 and YOLOv6 have it. */
function withObjectness(size: number, objectness: number): Parts {
  const points = pointsOf(size);
  return {
    initializers: [floatTensor('objectness_part', [1], Float32Array.of(objectness))],
    nodes: [
      makeNode('Add', ['nothing', 'objectness_part'], ['objectness_column']),
      makeNode('Concat', ['boxes', 'objectness_column', 'scores'], ['output'], LAST),
    ],
    outputs: [makeValue('output', 'float', ['batch', points, 8])],
  };
}
