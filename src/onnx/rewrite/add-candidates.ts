import { makeNode } from '../node.ts';
import type { GraphProto, ModelProto } from '../onnx_pb.ts';
import { opsetOf } from '../opset-of.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES, readCandidateName } from './candidate-names.ts';
import { type CandidateWriter, candidateWriter } from './candidate-writer.ts';
import { chooseByLevels, knownPair } from './choose-by-levels.ts';
import { outputRowsOf } from './level-rows.ts';

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
  /** Whether points may be chosen before levels are joined and sigmoids taken (`chooseByLevels`). */
  byLevels: boolean;
}

/** Slice takes its bounds as inputs since 10. */
const OLDEST_OPSET = 10;

/**
 * Adds outputs that hold only the points whose best class reaches a floor, in place. Of thousands of points a picture has some dozens that can
 * become detections; outputs that leave ONNX Runtime are copied, into memory that is new for every picture. What was there stays,
 * whole at least where the floor is Infinity.
 *
 * @returns false, with the graph as it was, where its outputs are of a form that is not known here
 */
export function addCandidates(model: ModelProto, scored: Scored): boolean {
  const { graph } = model;
  const opset = opsetOf(model) ?? 0;
  const ranks = scored.layout === 'points-first' ? [3] : [3, 4];
  const isKnown = scored.pairs.every(({ scores, boxes }) =>
    [scores, boxes].every(({ output }) => ranks.includes(scored.rank(output) ?? 0)),
  );
  if (graph === undefined || opset < OLDEST_OPSET || !isKnown) return false;
  const names = [...graph.input, ...graph.output].map(({ name }) => name);
  const floors: readonly string[] = [CANDIDATES.floor, CANDIDATES.logit];
  if (names.some(name => floors.includes(name) || readCandidateName(name) !== undefined)) return false;
  graph.input.push(makeValue(CANDIDATES.floor, 'float', []));
  const mayKnow = scored.byLevels && scored.layout === 'points-first';
  const rowsOf = outputRowsOf(graph);
  let logits = false;
  for (const [index, { scores, boxes }] of scored.pairs.entries()) {
    const to = candidateWriter(graph, index, opset);
    const outputs = new Map([scores.output, boxes.output].map(output => [output, rowsOf(output)]));
    const known = mayKnow ? knownPair(graph, outputs, scores, scored.classes) : undefined;
    if (known === undefined) chooseOfOutputs(graph, { scores, boxes }, scored, to);
    else chooseByLevels(graph, known, index, to);
    logits ||= known?.throughSigmoid === true;
  }
  if (logits) graph.input.push(makeValue(CANDIDATES.logit, 'float', []));
  return true;
}

/** Chooses of the outputs as they are. */
function chooseOfOutputs(
  graph: GraphProto,
  { scores, boxes }: ScoredPair,
  { layout, classes, rank }: Scored,
  to: CandidateWriter,
): void {
  const { nodes, name, constant } = to;
  const [pointAxis, channelAxis] = layout === 'points-first' ? ([1, 2] as const) : ([2, 1] as const);
  /** (batch, channels, rows, columns) -> (batch, channels, points): no copy. */
  const flat = (output: string) => {
    if (rank(output) === 3) return output;
    nodes.push(makeNode('Reshape', [output, constant(`shape of ${output}`, [0, 0, -1])], [name(output)]));
    return name(output);
  };

  const flatScores = flat(scores.output);
  const flatOf = new Map([[scores.output, flatScores]]);
  if (boxes.output !== scores.output) flatOf.set(boxes.output, flat(boxes.output));
  let classScores = flatScores;
  if (scores.channels > classes) {
    classScores = name('classes');
    const bounds = [constant('first', [scores.channel]), constant('end', [scores.channel + classes])];
    nodes.push(makeNode('Slice', [flatScores, ...bounds, constant('axis', [channelAxis])], [classScores]));
  }
  const { points, all } = to.choose('', classScores, channelAxis, CANDIDATES.floor);
  for (const [output, whole] of flatOf) {
    const kept = name(`kept of ${output}`);
    nodes.push(makeNode('Gather', [whole, points], [kept], { axis: { int: pointAxis } }));
    to.giveKept(output, [kept], pointAxis);
  }
  to.givePoints([points], all);
  graph.node.push(...nodes);
}
