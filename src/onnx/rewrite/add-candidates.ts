import { makeNode } from '../node.ts';
import { type GraphProto, type ModelProto, type NodeProto, TensorProto_DataType } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES, readCandidateName } from './candidate-names.ts';
import { makeOutputsOnDemand } from './outputs-on-demand.ts';
import { removeUnused } from './remove-unused.ts';
import { finish, isSigmoid, type Unfinished, unfinishedOutput } from './unfinished-output.ts';

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

/** The tensor of rank 3 that points are chosen from, and how they become rows or columns of the output. */
interface Source {
  tensor: string;
  pointAxis: number;
  channelAxis: number;
  /** Undefined where they are that. */
  unfinished: Unfinished | undefined;
}

/**
 * Adds outputs that hold only the points whose best class reaches a floor, in place. Of thousands of points a picture has some dozens that can
 * become detections; outputs that leave ONNX Runtime are copied, into memory that is new for every picture. What was there stays.
 *
 * @returns false, with the graph as it was, where its outputs are of a form that is not known here
 */
export function addCandidates(model: ModelProto, scored: Scored): boolean {
  const { graph } = model;
  if (graph === undefined || !isKnown(model, scored)) return false;
  const [pointAxis, channelAxis] = scored.layout === 'points-first' ? [1, 2] : [2, 1];
  addOutputs(model, scored, output => {
    const tensor = scored.rank(output) === 3 ? output : flatten(graph, output);
    return { tensor, pointAxis: pointAxis!, channelAxis: channelAxis!, unfinished: undefined };
  });
  return true;
}

/**
 * The same for graphs whose outputs end in sigmoids and swapped axes: only the points that are chosen have them done. The graph's own outputs
 * are made where `CANDIDATES.all` says so, and are empty otherwise.
 *
 * @returns false, with a graph that is of no use any more, where its outputs end in another way
 */
export function addEarlyCandidates(model: ModelProto, scored: Scored): boolean {
  const { graph } = model;
  if (graph === undefined || !isKnown(model, scored) || scored.layout !== 'points-first') return false;
  const found = new Map<string, Unfinished>();
  for (const output of new Set(scored.pairs.flatMap(({ scores, boxes }) => [scores.output, boxes.output]))) {
    const unfinished = unfinishedOutput(graph, output);
    if (unfinished === undefined) return false;
    found.set(output, unfinished);
  }
  const allSay = scored.pairs.every(
    ({ scores: { output, channel } }) => isSigmoid(found.get(output)!, channel, channel + scored.classes) !== undefined,
  );
  if (!allSay) return false;
  makeOutputsOnDemand(graph, found, opsetOf(model));
  addOutputs(model, scored, output => {
    const unfinished = found.get(output)!;
    return { tensor: unfinished.tensor, pointAxis: 2, channelAxis: 1, unfinished };
  });
  removeUnused(graph);
  return true;
}

function isKnown(model: ModelProto, { layout, pairs, rank }: Scored): boolean {
  const { input, output } = model.graph!;
  const ranks = layout === 'points-first' ? [3] : [3, 4];
  const isTaken = ({ name }: { name: string }) =>
    name === CANDIDATES.floor || name === CANDIDATES.all || readCandidateName(name) !== undefined;
  return (
    opsetOf(model) >= OLDEST_OPSET &&
    pairs.every(({ scores, boxes }) => [scores, boxes].every(one => ranks.includes(rank(one.output) ?? 0))) &&
    ![...input, ...output].some(isTaken)
  );
}

function opsetOf({ opsetImport }: ModelProto): number {
  return Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
}

/** (batch, channels, rows, columns) -> (batch, channels, points): no copy. */
function flatten(graph: GraphProto, output: string): string {
  const name = `candidates/~points of ${output}`;
  const isMade = graph.node.some(node => node.output[0] === name);
  if (isMade) return name;
  graph.initializer.push(int64Tensor(`${name}/shape`, [3], [0, 0, -1]));
  graph.node.push(makeNode('Reshape', [output, `${name}/shape`], [name]));
  return name;
}

function addOutputs(model: ModelProto, scored: Scored, sourceOf: (output: string) => Source): void {
  const graph = model.graph!;
  graph.input.push(makeValue(CANDIDATES.floor, 'float', []));
  for (const [index, pair] of scored.pairs.entries()) addPair(graph, pair, index, scored, sourceOf, opsetOf(model));
}

function addPair(
  graph: GraphProto,
  { scores, boxes }: ScoredPair,
  index: number,
  { layout, classes }: Scored,
  sourceOf: (output: string) => Source,
  opset: number,
): void {
  const name = (part: string) => `candidates/${index}/~${part}`;
  const constant = (part: string, values: readonly number[]) => {
    graph.initializer.push(int64Tensor(name(part), [values.length], values));
    return name(part);
  };
  const add = (...nodes: NodeProto[]) => graph.node.push(...nodes);

  const source = sourceOf(scores.output);
  const { channelAxis, unfinished } = source;
  let classScores = source.tensor;
  if (scores.channels > classes) {
    classScores = name('classes');
    const bounds = [constant('first', [scores.channel]), constant('end', [scores.channel + classes])];
    add(makeNode('Slice', [source.tensor, ...bounds, constant('axis', [channelAxis])], [classScores]));
  }
  const axes = [BATCH_AXIS, channelAxis];
  const best = unfinished && isSigmoid(unfinished, scores.channel, scores.channel + classes) ? 'best logit' : 'best';
  add(
    opset < AXES_ARE_INPUTS
      ? makeNode('ReduceMax', [classScores], [name(best)], { axes: { ints: axes }, keepdims: { int: 0 } })
      : makeNode('ReduceMax', [classScores, constant('axes', axes)], [name(best)], { keepdims: { int: 0 } }),
    // The best logit is that of the best score.
    ...(best === 'best' ? [] : [makeNode('Sigmoid', [name(best)], [name('best')])]),
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
  for (const output of new Set([scores.output, boxes.output])) {
    const kept = CANDIDATES.kept(index, output);
    const { tensor, pointAxis, unfinished } = sourceOf(output);
    const gathered = unfinished ? name(`some of ${output}`) : kept;
    add(makeNode('Gather', [tensor, name('points')], [gathered], { axis: { int: pointAxis } }));
    const within = (part: string) => `${output}: ${part}`;
    const options = {
      ...{ opset, name: (part: string) => name(within(part)) },
      constant: (part: string, values: readonly number[]) => constant(within(part), values),
    };
    if (unfinished) add(...finish(unfinished, gathered, kept, options));
    const shape =
      layout === 'points-first'
        ? ['batch', `kept_${index}`, `channels_${kept}`]
        : ['batch', `channels_${kept}`, `kept_${index}`];
    graph.output.push(makeValue(kept, 'float', shape));
  }
}
