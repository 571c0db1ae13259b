import { makeNode } from '../node.ts';
import { type GraphProto, type ModelProto, type NodeProto, TensorProto_DataType } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES, readCandidateName } from './candidate-names.ts';

/** Two outputs of a graph with a row, or a column, for each point, or one output twice. */
export interface ScoredPair {
  scores: { output: string; channel: number; channels: number };
  boxes: { output: string };
}

export interface Scored {
  pairs: readonly ScoredPair[];
  layout: 'points-first' | 'channels-first';
  classes: number;
  /** Of each output, as one run gave them. */
  rank: (output: string) => number | undefined;
}

/** Slice takes its bounds as inputs since 10, ReduceMax its axes since 18. */
const OLDEST_OPSET = 10;
const AXES_ARE_INPUTS = 18;
/** The points of a batch are chosen together: those that reach the floor in any of its pictures. */
const BATCH_AXIS = 0;

/**
 * Adds outputs that hold only the points whose best class reaches a floor, in place. Of thousands of points a picture has some dozens that can
 * become detections; outputs that leave ONNX Runtime are copied, into memory that is new for every picture. What was there stays.
 *
 * @returns false, with the graph as it was, where its outputs are of a form that is not known here
 */
export function addCandidates({ graph, opsetImport }: ModelProto, scored: Scored): boolean {
  const opset = Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
  const ranks = scored.layout === 'points-first' ? [3] : [3, 4];
  const isKnown = scored.pairs.every(({ scores, boxes }) =>
    [scores, boxes].every(({ output }) => ranks.includes(scored.rank(output) ?? 0)),
  );
  if (graph === undefined || opset < OLDEST_OPSET || !isKnown) return false;
  const names = [...graph.input, ...graph.output].map(({ name }) => name);
  if (names.some(name => name === CANDIDATES.floor || readCandidateName(name) !== undefined)) return false;
  graph.input.push(makeValue(CANDIDATES.floor, 'float', []));
  for (const [index, pair] of scored.pairs.entries()) addPair(graph, pair, index, scored, opset);
  return true;
}

function addPair(
  graph: GraphProto,
  { scores, boxes }: ScoredPair,
  index: number,
  { layout, classes, rank }: Scored,
  opset: number,
): void {
  const [pointAxis, channelAxis] = layout === 'points-first' ? [1, 2] : [2, 1];
  const name = (part: string) => `candidates/${index}/~${part}`;
  const constant = (part: string, values: readonly number[]) => {
    graph.initializer.push(int64Tensor(name(part), [values.length], values));
    return name(part);
  };
  const add = (...nodes: NodeProto[]) => graph.node.push(...nodes);
  /** (batch, channels, rows, columns) -> (batch, channels, points): no copy. */
  const flat = (output: string) => {
    if (rank(output) === 3) return output;
    add(makeNode('Reshape', [output, constant(`shape of ${output}`, [0, 0, -1])], [name(output)]));
    return name(output);
  };

  const flatScores = flat(scores.output);
  const flatOf = new Map([[scores.output, flatScores]]);
  if (boxes.output !== scores.output) flatOf.set(boxes.output, flat(boxes.output));
  let classScores = flatScores;
  if (scores.channels > classes) {
    classScores = name('classes');
    const bounds = [constant('first', [scores.channel]), constant('end', [scores.channel + classes])];
    add(makeNode('Slice', [flatScores, ...bounds, constant('axis', [channelAxis])], [classScores]));
  }
  const axes = [BATCH_AXIS, channelAxis];
  add(
    opset < AXES_ARE_INPUTS
      ? makeNode('ReduceMax', [classScores], [name('best')], { axes: { ints: axes }, keepdims: { int: 0 } })
      : makeNode('ReduceMax', [classScores, constant('axes', axes)], [name('best')], { keepdims: { int: 0 } }),
    // Not "greater or equal": that came with opset 12.
    makeNode('Less', [name('best'), CANDIDATES.floor], [name('below')]),
    makeNode('Not', [name('below')], [name('reached')]),
    makeNode('NonZero', [name('reached')], [name('indices')]),
    makeNode('Reshape', [name('indices'), constant('flat', [-1])], [name('points')]),
    makeNode('Shape', [name('best')], [name('all')]),
    makeNode('Concat', [name('points'), name('all')], [name('points of all')], { axis: { int: 0 } }),
    makeNode('Cast', [name('points of all')], [CANDIDATES.points(index)], { to: { int: TensorProto_DataType.INT32 } }),
  );
  graph.output.push(makeValue(CANDIDATES.points(index), 'int32', [`kept_${index}_and_all`]));
  for (const [output, whole] of flatOf) {
    const kept = CANDIDATES.kept(index, output);
    add(makeNode('Gather', [whole, name('points')], [kept], { axis: { int: pointAxis } }));
    const shape =
      layout === 'points-first'
        ? ['batch', `kept_${index}`, `channels_${kept}`]
        : ['batch', `channels_${kept}`, `kept_${index}`];
    graph.output.push(makeValue(kept, 'float', shape));
  }
}
