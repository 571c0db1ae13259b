import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { makersOf } from '../makers-of.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/** A tensor (batch, rows, columns, channels), turned where it leaves a convolution. */
export interface TurnedRow {
  kind: 'turned';
  tensor: string;
  channels: number;
}

/** What a row of an output is made of, each from its own point alone. */
export type Row = TurnedRow | { kind: 'sigmoid'; of: Row } | { kind: 'joined'; parts: readonly Row[] };

/** One level of an output (batch, points, channels). */
export interface LevelRows {
  row: Row;
  /** What its Reshape asks for, but for the channels. */
  batch: number;
  points: number;
}

/** The rows of an output. */
export interface OutputRows {
  levels: readonly LevelRows[];
  /** All that makes it of what is turned. */
  nodes: readonly NodeProto[];
}

/** Reads how a graph makes the rows of its outputs, after `turnEarly`; undefined for an output that is made in another way. */
export function outputRowsOf(graph: GraphProto): (output: string) => OutputRows | undefined {
  const makers = makersOf(graph);
  const constants = constantsOf(graph);
  return output => {
    const nodes: NodeProto[] = [];
    const maker = makers.get(output);
    const isJoin = maker?.opType === 'Concat' && [1, -2].includes(intAttribute(maker, 'axis', 0));
    const levels = (isJoin ? maker.input : [output]).map(part => levelOf(part, makers, constants, nodes));
    if (isJoin) nodes.push(maker);
    return levels.every(level => level !== undefined) ? { levels, nodes } : undefined;
  };
}

function levelOf(
  name: string,
  makers: ReadonlyMap<string, NodeProto>,
  constants: Constants,
  nodes: NodeProto[],
): LevelRows | undefined {
  const reshape = makers.get(name);
  if (reshape?.opType !== 'Reshape' || intAttribute(reshape, 'allowzero', 0) !== 0) return undefined;
  const [batch, points, given, ...more] = constants.ints(reshape.input[1]) ?? [];
  const row = rowOf(reshape.input[0]!, makers, constants, nodes);
  if (row === undefined || more.length > 0 || points === 0 || given !== channelsOf(row)) return undefined;
  nodes.push(reshape);
  return { row, batch: batch!, points: points! };
}

function rowOf(
  name: string,
  makers: ReadonlyMap<string, NodeProto>,
  constants: Constants,
  nodes: NodeProto[],
): Row | undefined {
  const maker = makers.get(name);
  if (maker?.opType === 'Transpose' && attributeOf(maker, 'perm')?.ints.join() === '0,2,3,1') {
    const conv = makers.get(maker.input[0]!);
    const channels = conv?.opType === 'Conv' ? constants.floats(conv.input[1])?.dims[0] : undefined;
    return channels === undefined ? undefined : { kind: 'turned', tensor: name, channels };
  }
  if (maker?.opType === 'Sigmoid') {
    const of = rowOf(maker.input[0]!, makers, constants, nodes);
    nodes.push(maker);
    return of && { kind: 'sigmoid', of };
  }
  if (maker?.opType !== 'Concat' || ![3, -1].includes(intAttribute(maker, 'axis', 0))) return undefined;
  const parts = maker.input.map(input => rowOf(input, makers, constants, nodes));
  nodes.push(maker);
  return parts.every(part => part !== undefined) ? { kind: 'joined', parts } : undefined;
}

function channelsOf(row: Row): number {
  switch (row.kind) {
    case 'turned':
      return row.channels;
    case 'sigmoid':
      return channelsOf(row.of);
    case 'joined':
      return row.parts.reduce((sum, part) => sum + channelsOf(part), 0);
  }
}

/** The tensor whose channels are the classes, and whether a sigmoid is taken of them; undefined where they are not one whole tensor. */
export function classesIn(
  row: Row,
  first: number,
  classes: number,
): { row: TurnedRow; throughSigmoid: boolean } | undefined {
  if (row.kind === 'turned') {
    return first === 0 && row.channels === classes ? { row, throughSigmoid: false } : undefined;
  }
  if (row.kind === 'sigmoid') {
    const below = classesIn(row.of, first, classes);
    return below?.throughSigmoid === false ? { ...below, throughSigmoid: true } : undefined;
  }
  let before = 0;
  for (const part of row.parts) {
    const channels = channelsOf(part);
    if (first < before + channels) return classesIn(part, first - before, classes);
    before += channels;
  }
  return undefined;
}
