import { suppresses } from '../model/describe-graph.ts';
import type { Probe } from '../model/probe-graph.ts';
import type { OutputForm } from '../model/reform-graph.ts';
import type { ProbedGraph, Wishes } from './family.ts';
import { inUnitRange, type OutputView, rangeOf, viewOutput } from './output-view.ts';
import { ultralyticsMetadata } from './ultralytics-metadata.ts';

type Output = Probe['outputs'][number];

/** What is to be made of a graph's outputs before any family can have such a head; undefined where they can stay. */
export function findOutputForm(graph: ProbedGraph, wishes: Wishes): OutputForm | undefined {
  const { outputs } = graph.probes[0]!;
  return (
    findRows(graph, outputs, wishes) ??
    findColumns(graph, outputs) ??
    findCrossed(outputs) ??
    findObjectness(graph, outputs, wishes)
  );
}

/**
 * YOLOv10, YOLO26 and Ultralytics' nms=True; PaddleDetection with its suppression, which counts the rows in another output; YOLOv7's and super-gradients' rows,
 * which begin with the image they belong to.
 */
function findRows(graph: ProbedGraph, outputs: readonly Output[], wishes: Wishes): OutputForm | undefined {
  for (const output of outputs) {
    const { name, dims } = output;
    const view = viewOutput(output, 'points-first');
    // Where nothing was found there may be no row; the proofs on pictures see what other rows are.
    const none = view === undefined && dims[2] === 6 && suppresses(graph.description);
    if (dims.length === 3 && (none || (view !== undefined && endsInClassIds(view, graph, wishes))))
      return { form: 'rows', rows: name, order: 'box-first' };
    const counted = outputs.some(({ data }) => data.length === 1 && data[0] === dims[0]);
    if (dims.length === 2 && dims[1] === 6 && counted && (view === undefined || beginsWithClassIds(view))) {
      return { form: 'rows', rows: name, order: 'class-first' };
    }
    if (dims.length === 2 && dims[1] === 7 && suppresses(graph.description)) {
      const order = orderOfSeven(name, view);
      if (order !== undefined) return { form: 'rows', rows: name, order };
    }
  }
  return undefined;
}

/** The name of super-gradients' rows (`output_predictions_format=FLAT_FORMAT`), whose score comes before the class id. */
const FLAT_PREDICTIONS = 'graph2_flat_predictions';

/** YOLOv7's `--end2end` (models/experimental.py, ONNX_ORT) has the class id before the score. Where nothing was found the name tells. */
function orderOfSeven(name: string, view: OutputView | undefined) {
  const isLast = name === FLAT_PREDICTIONS;
  if (view === undefined) return isLast ? 'image-first-class-last' : 'image-first';
  const image = rangeOf(view, 0, 1);
  if (image.lowest !== 0 || image.highest !== 0 || !areCorners(view, 1)) return undefined;
  const [atFive, atSix] = [5, 6].map(channel => isWhole(view, channel));
  const classLast = atFive === atSix ? isLast : atSix;
  const hasIds = atFive || atSix;
  if (!hasIds || !inUnitRange(rangeOf(view, classLast ? 5 : 6, 1))) return undefined;
  return classLast ? 'image-first-class-last' : 'image-first';
}

/**
 * For one or two classes the ranges of score and class id are those of two classes' probabilities. Where somebody says that there are two and the last is 0
 * everywhere, as a class may be that is seen nowhere, rows are told by their suppression, or by their order.
 */
function endsInClassIds(view: OutputView, { description }: ProbedGraph, { classes }: Wishes): boolean {
  if (view.channels !== 6 || !inUnitRange(rangeOf(view, 4, 1))) return false;
  const isOfTwo = classes === 2 && rangeOf(view, 5, 1).highest === 0;
  if (isOfTwo && !suppresses(description) && !isSortedByScore(view)) return false;
  return isWhole(view, 5) && areCorners(view);
}

/** The best first, as a TopK gives them; points of a grid have another order. */
function isSortedByScore(view: OutputView): boolean {
  for (let point = 1; point < view.points; point++) if (view.at(point, 4) > view.at(point - 1, 4)) return false;
  return view.at(0, 4) > view.at(view.points - 1, 4);
}

/** A YOLOv5 of one class ends in 1 in half precision; its boxes are centres and sizes, and few of them lie below and to the right of their centres. */
function areCorners(view: OutputView, from = 0): boolean {
  let ordered = 0;
  for (let point = 0; point < view.points; point++) {
    const ends = (first: number) => view.at(point, first + 2) >= view.at(point, first);
    if (ends(from) && ends(from + 1)) ordered++;
  }
  return ordered >= view.points / 2;
}

/** Where nothing was found there may be one row of -1. */
function beginsWithClassIds(view: OutputView): boolean {
  return view.channels === 6 && isWhole(view, 0) && rangeOf(view, 1, 1).highest <= 1;
}

function isWhole(view: OutputView, channel: number): boolean {
  for (let point = 0; point < view.points; point++) if (!Number.isInteger(view.at(point, channel))) return false;
  return true;
}

/** YOLO-NAS with its suppression (super-gradients' `export()`, documentation/source/models_export.md). Without one the same outputs are the best class of every point. */
function findColumns({ description }: ProbedGraph, outputs: readonly Output[]): OutputForm | undefined {
  if (!suppresses(description)) return undefined;
  for (const { name: boxes, dims } of outputs) {
    if (dims.length !== 3 || dims[0] !== 1 || dims[2] !== 4) continue;
    const beside = outputs.filter(other => other.name !== boxes && other.dims[1] === dims[1]);
    if (beside.length !== 2 || beside.some(other => other.dims.length !== 2)) continue;
    const isInteger = ({ name }: Output) =>
      description.outputs.find(output => output.name === name)?.type.startsWith('int');
    const whole = beside.filter(output => isInteger(output) || output.data.every(Number.isInteger));
    // Scores are whole as well where nothing was found.
    const ids = whole.length < 2 ? whole : whole.filter(one => isInteger(one) || one.data.some(id => id > 1));
    const [labels, second] = ids;
    if (labels === undefined || second !== undefined) continue;
    const scores = beside.find(output => output !== labels)!.name;
    return { form: 'columns', boxes, scores, labels: labels.name };
  }
  return undefined;
}

/** PaddleDetection without its suppression: boxes by points, scores by classes. A manifest has one layout. */
function findCrossed(outputs: readonly Output[]): OutputForm | undefined {
  const tensors = outputs.filter(({ dims }) => dims.length === 3 && dims[0] === 1);
  for (const { name: boxes, dims } of tensors) {
    const points = dims[1]!;
    if (dims[2] !== 4 || points <= 4 || tensors.some(one => one.name !== boxes && one.dims[1] === points)) continue;
    const scores = tensors.find(one => one.name !== boxes && one.dims[2] === points);
    if (scores !== undefined) return { form: 'crossed', scores: scores.name, boxes };
  }
  return undefined;
}

/**
 * YOLOv6 (1 everywhere), YOLOv5, YOLOv7: one channel more than there are names. Labels that lack one make no objectness of YOLOv8's first class, whose channels
 * come first, nor of PP-YOLOE's, whose boxes are corners.
 */
function findObjectness(
  { description }: ProbedGraph,
  outputs: readonly Output[],
  wishes: Wishes,
): OutputForm | undefined {
  const named = ultralyticsMetadata(description.metadata).names?.length;
  const classes = wishes.classes ?? named;
  for (const layout of ['channels-first', 'points-first'] as const) {
    for (const output of outputs) {
      const view = viewOutput(output, layout);
      if (output.dims.length !== 3 || view === undefined || view.channels < 6 || view.points <= view.channels) continue;
      const { channels } = view;
      if (!inUnitRange(rangeOf(view, 4, channels - 4)) || inUnitRange(rangeOf(view, 0, 4))) continue;
      const fifth = rangeOf(view, 4, 1);
      const always = fifth.lowest === 1 && fifth.highest === 1;
      const isSaid = channels - 5 === classes && channels - 4 !== named;
      const isTheirs = !areCorners(view) && (layout === 'points-first' || named === classes);
      if (!always && !(isSaid && isTheirs)) continue;
      return { form: 'objectness', fused: output.name, channelAxis: layout === 'channels-first' ? 1 : 2, channels };
    }
  }
  return undefined;
}
