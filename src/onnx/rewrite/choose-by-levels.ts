import { clone } from '@bufbuild/protobuf';
import { makeGraph } from '../model.ts';
import { makeNode } from '../node.ts';
import { type GraphProto, type NodeProto, NodeProtoSchema } from '../onnx_pb.ts';
import { floatTensor } from '../tensor.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES } from './candidate-names.ts';
import type { CandidateWriter } from './candidate-writer.ts';
import { classesIn, type LevelRows, type OutputRows, type Row, type TurnedRow } from './level-rows.ts';
import { namesRead } from './names-read.ts';
import { withoutUnused } from './without-unused.ts';

/** Of those that are float32 and finite. */
const LARGEST = 2 ** 127 * (2 - 2 ** -23);

/** Outputs of a pair, points first, of which is known how their rows are made. */
export interface KnownPair {
  /** Scores, and boxes if those are another output. */
  outputs: ReadonlyMap<string, OutputRows>;
  /** Whose channels are the classes, of each level. */
  classes: readonly TurnedRow[];
  /** Whether a sigmoid is taken of them. */
  throughSigmoid: boolean;
}

/** Undefined where rows are not known, or not made in the same way in all levels. */
export function knownPair(
  graph: GraphProto,
  outputs: ReadonlyMap<string, OutputRows | undefined>,
  scores: { output: string; channel: number },
  classes: number,
): KnownPair | undefined {
  const isRead = new Set(graph.node.flatMap(namesRead));
  const known = new Map<string, OutputRows>();
  for (const [name, rows] of outputs) if (rows !== undefined && !isRead.has(name)) known.set(name, rows);
  const levels = known.get(scores.output)?.levels;
  if (levels === undefined || known.size < outputs.size) return undefined;
  const areAlike = [...known.values()].every(
    rows =>
      rows.levels.length === levels.length &&
      rows.levels.every(({ batch, points }, i) => batch === levels[i]!.batch && points === levels[i]!.points),
  );
  const found = levels.flatMap(({ row }) => classesIn(row, scores.channel, classes) ?? []);
  const throughSigmoid = found.every(one => one.throughSigmoid);
  if (!areAlike || found.length < levels.length) return undefined;
  if (!throughSigmoid && found.some(one => one.throughSigmoid)) return undefined;
  return { outputs: known, classes: found.map(({ row }) => row), throughSigmoid };
}

/**
 * Chooses points level by level, before levels are joined and sigmoids taken: both are done for the rows that are kept alone. The outputs
 * that the graph has are whole only where the floor is Infinity; elsewhere they are what is kept.
 */
export function chooseByLevels(graph: GraphProto, pair: KnownPair, index: number, to: CandidateWriter): void {
  const { outputs, classes, throughSigmoid } = pair;
  const floor = throughSigmoid ? CANDIDATES.logit : CANDIDATES.floor;
  const [anyOutput] = outputs.values();
  const chosen = classes.map((row, i) => {
    const level = anyOutput!.levels[i]!;
    return to.choose(` of level ${i}`, wholeRows(row, level, to), 2, floor);
  });
  for (const [output, { levels }] of outputs) {
    const kept = levels.map((level, i) => keptRows(level.row, level, chosen[i]!.points, to));
    to.giveKept(output, kept, 1);
  }
  let before: string | undefined;
  const points = chosen.map(({ points, all }, i) => {
    const own = (part: string) => to.name(`${part} of level ${i}`);
    if (before === undefined) {
      before = all;
      return points;
    }
    to.nodes.push(
      makeNode('Add', [points, before], [own('points of all')]),
      makeNode('Add', [before, all], [own('up to the end')]),
    );
    before = own('up to the end');
    return own('points of all');
  });
  to.givePoints(points, before!);
  const made = [...outputs.values()].flatMap(({ nodes }) => nodes);
  const others = graph.node.filter(node => !node.output.some(name => outputs.has(name)));
  const own = ownOutputs(graph, outputs, index, to);
  graph.node = withoutUnused([...others, ...to.nodes, own], new Set(made), graph);
}

/** The rows of all points of a level, which is no copy. */
function wholeRows({ tensor, channels }: TurnedRow, { batch, points }: LevelRows, to: CandidateWriter): string {
  const rows = to.name(`rows of ${tensor}`);
  if (!to.nodes.some(({ output }) => output[0] === rows)) {
    const shape = to.constant(`rows of ${tensor}/shape`, [batch, points, channels]);
    to.nodes.push(makeNode('Reshape', [tensor, shape], [rows]));
  }
  return rows;
}

/** The rows of some points, made of theirs alone. */
function keptRows(row: Row, level: LevelRows, points: string, to: CandidateWriter): string {
  const add = (opType: string, inputs: readonly string[], attributes?: Parameters<typeof makeNode>[3]) => {
    const made = to.name(`${to.nodes.length} of ${points}`);
    to.nodes.push(makeNode(opType, inputs, [made], attributes));
    return made;
  };
  switch (row.kind) {
    case 'turned':
      return add('Gather', [wholeRows(row, level, to), points], { axis: { int: 1 } });
    case 'sigmoid':
      return add('Sigmoid', [keptRows(row.of, level, points, to)]);
    case 'joined': {
      const parts = row.parts.map(part => keptRows(part, level, points, to));
      return add('Concat', parts, { axis: { int: 2 } });
    }
  }
}

/** What made the outputs, in a branch. */
function ownOutputs(graph: GraphProto, outputs: KnownPair['outputs'], index: number, to: CandidateWriter): NodeProto {
  const inside = (name: string) => to.name(`whole ${name}`);
  const names = [...outputs.keys()];
  const makers = [...new Set([...outputs.values()].flatMap(({ nodes }) => nodes))];
  const made = new Set(makers.flatMap(({ output }) => output));
  const nodes = makers.map(maker => {
    const copy = clone(NodeProtoSchema, maker);
    copy.input = maker.input.map(name => (made.has(name) ? inside(name) : name));
    copy.output = maker.output.map(inside);
    return copy;
  });
  const values = (named: (name: string) => string) =>
    names.map(name => makeValue(named(name), 'float', ['batch', 'points', 'channels']));
  const part = (name: string) => to.name(`part of ${name}`);
  const whole = makeGraph({ name: to.name('whole'), inputs: [], outputs: values(inside), nodes });
  const kept = makeGraph({
    name: to.name('kept'),
    inputs: [],
    outputs: values(part),
    nodes: names.map(name => makeNode('Identity', [CANDIDATES.kept(index, name)], [part(name)])),
  });
  // Not "equal": of floats that came with opset 11.
  graph.initializer.push(floatTensor(to.name('largest number'), [], Float32Array.of(LARGEST)));
  to.nodes.push(makeNode('Less', [to.name('largest number'), CANDIDATES.floor], [to.name('are all wanted')]));
  const branches = { then_branch: { graph: whole }, else_branch: { graph: kept } };
  return makeNode('If', [to.name('are all wanted')], names, branches);
}
