import { type AttributeValue, makeNode } from './node.ts';
import type { GraphProto, ValueInfoProto } from './onnx_pb.ts';
import { int64Tensor } from './tensor.ts';
import { unusedNames } from './unused-names.ts';
import { makeValue } from './value.ts';

/**
 * What a row holds: 'box-first' (batch, n, 6) x1, y1, x2, y2, score, class id. The others are of one picture: 'class-first' (n, 6) class id, score, x1, y1, x2, y2;
 * 'image-first' (n, 7) image, x1, y1, x2, y2, class id, score; 'image-first-class-last' (n, 7) the same with the score before the class id.
 */
export type RowOrder = 'box-first' | 'class-first' | 'image-first' | 'image-first-class-last';

/** Outputs that say what a detector found in another way than a manifest can. Boxes are in pixels of the network input. */
export type OutputForm =
  | { form: 'rows'; rows: string; order: RowOrder }
  /** (batch, n, 4) boxes, (batch, n) scores, (batch, n) class ids. */
  | { form: 'columns'; boxes: string; scores: string; labels: string }
  /** 4 channels of boxes, an objectness, and scores that it is to be multiplied with. */
  | { form: 'objectness'; fused: string; channelAxis: 1 | 2; channels: number }
  /** (batch, classes, n) scores, beside boxes that are (batch, n, 4). */
  | { form: 'crossed'; scores: string; boxes: string };

/**
 * Has a graph give what a manifest can say, in place: detections (batch, n, 5: x1, y1, x2, y2, score) and labels (batch, n); or boxes and scores in one
 * tensor; or boxes and scores that both go by points. Other outputs are left out. The operators are those of opset 5 and later.
 *
 * @param opset of the graph
 */
export function reformOutputs(graph: GraphProto, form: OutputForm, opset: number): void {
  const write = writer(graph, opset);
  switch (form.form) {
    case 'rows':
      if (form.order === 'box-first') graph.output = rowsOfBatch(write, form.rows);
      else {
        graph.output = rowsOfOne(write, form.rows, form.order);
        takeOnePicture(graph); // one picture's rows are as many as it has, and lie behind another's
      }
      break;
    case 'columns': {
      const column = write.reshape(form.scores, [0, -1, 1], 'score_column');
      const detections = write.node('Concat', [form.boxes, column], 'detections', { axis: { int: 2 } });
      graph.output = [declare(detections, 5), ...graph.output.filter(({ name }) => name === form.labels)];
      break;
    }
    case 'objectness':
      graph.output = [multiplied(write, form)];
      break;
    case 'crossed': {
      const scores = write.node('Transpose', [form.scores], 'scores_by_points', { perm: { ints: [0, 2, 1] } });
      graph.output = [...graph.output.filter(({ name }) => name === form.boxes), declare(scores, 'classes')];
    }
  }
}

/** The opset from which on a Slice has its limits as inputs. */
const SLICE_WITH_INPUTS = 10;

type Writer = ReturnType<typeof writer>;

/** Writes operators behind those that are there, each with an output of an unused name, which it gives back. */
function writer(graph: GraphProto, opset: number) {
  const unused = unusedNames(graph);
  const constant = (dims: readonly number[], values: readonly number[], of: string) => {
    const tensor = int64Tensor(unused(`${of}_constant`), dims, values);
    graph.initializer.push(tensor);
    return tensor.name;
  };
  function node(
    opType: string,
    inputs: string[],
    wanted: string,
    attributes: Readonly<Record<string, AttributeValue>>,
  ) {
    const output = unused(wanted);
    const made = makeNode(opType, inputs, [output], attributes);
    made.name = unused(`${output}_node`);
    graph.node.push(made);
    return output;
  }
  return {
    node,
    reshape: (from: string, dims: readonly number[], to: string) =>
      node('Reshape', [from, constant([dims.length], dims, to)], to, {}),
    /** Channels that lie side by side: a Gather takes each number by itself, and eight times as long for 25,200 points of 80 classes. */
    slice(from: string, axis: number, [start, end]: readonly [number, number], to: string) {
      if (opset < SLICE_WITH_INPUTS) {
        const limits = { axes: { ints: [axis] }, starts: { ints: [start] }, ends: { ints: [end] } };
        return node('Slice', [from], to, limits);
      }
      const limits = [start, end, axis].map(limit => constant([1], [limit], to));
      return node('Slice', [from, ...limits], to, {});
    },
    /** One number takes its axis away. */
    gather: (from: string, axis: number, at: readonly number[] | number, to: string) => {
      const indices = typeof at === 'number' ? constant([], [at], to) : constant([at.length], at, to);
      return node('Gather', [from, indices], to, { axis: { int: axis } });
    },
  };
}

function declare(name: string, channels: number | string): ValueInfoProto {
  return makeValue(name, 'float', ['batch', 'points', channels]);
}

function takeOnePicture({ input }: GraphProto): void {
  for (const { type } of input) {
    if (type?.value.case !== 'tensorType') continue;
    const [batch] = type.value.value.shape?.dim ?? [];
    if (batch !== undefined) batch.value = { case: 'dimValue', value: 1n };
  }
}

function rowsOfBatch({ gather }: Writer, rows: string): ValueInfoProto[] {
  const detections = gather(rows, 2, [0, 1, 2, 3, 4], 'detections');
  const labels = gather(rows, 2, 5, 'labels');
  return [declare(detections, 5), makeValue(labels, 'float', ['batch', 'points'])];
}

/** Where x1, y1, x2, y2 and score, and where the class id is. */
const ROWS_OF_ONE = {
  'class-first': { detection: [2, 3, 4, 5, 1], label: 0 },
  'image-first': { detection: [1, 2, 3, 4, 6], label: 5 },
  'image-first-class-last': { detection: [1, 2, 3, 4, 5], label: 6 },
} as const;

function rowsOfOne({ gather, reshape }: Writer, rows: string, order: keyof typeof ROWS_OF_ONE): ValueInfoProto[] {
  const { detection, label } = ROWS_OF_ONE[order];
  const detections = reshape(gather(rows, 1, detection, 'rows_box_first'), [1, -1, 5], 'detections');
  const labels = reshape(gather(rows, 1, label, 'class_ids'), [1, -1], 'labels');
  return [declare(detections, 5), makeValue(labels, 'float', [1, 'points'])];
}

function multiplied({ node, slice }: Writer, { fused, channelAxis, channels }: OutputForm & { form: 'objectness' }) {
  const parts = [
    slice(fused, channelAxis, [0, 4], 'boxes'),
    node(
      'Mul',
      [slice(fused, channelAxis, [5, channels], 'class_scores'), slice(fused, channelAxis, [4, 5], 'objectness')],
      'scores',
      {},
    ),
  ];
  const output = node('Concat', parts, 'boxes_and_scores', { axis: { int: channelAxis } });
  const dims = channelAxis === 1 ? ['batch', channels - 1, 'points'] : ['batch', 'points', channels - 1];
  return makeValue(output, 'float', dims);
}
