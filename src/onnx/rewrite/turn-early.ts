import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { makersOf } from '../makers-of.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { splitSizes } from './split-sizes.ts';
import { type Users, usersOf } from './users-of.ts';
import { withoutUnused } from './without-unused.ts';

/**
 * Heads give a row for each point: (batch, channels, rows, columns) is flattened, levels are joined, and the whole is turned round at the end, where each number
 * moves by itself. Here what a convolution gives is turned at once, which ONNX Runtime does while it leaves its layout of channels in blocks, and what lies
 * between (Sigmoid, Split, Concat) works on channels that come last, in place. Not a number changes.
 *
 * @returns how many Transposes went
 */
export function turnEarly(graph: GraphProto): number {
  const head: Head = { makers: makersOf(graph), users: usersOf(graph), constants: constantsOf(graph) };
  const turned = new Map<string, string>();
  const between = new Set<NodeProto>();
  const replaced = new Map<NodeProto, NodeProto[]>();
  for (const transpose of graph.node) {
    if (transpose.opType !== 'Transpose' || attributeOf(transpose, 'perm')?.ints.join() !== '0,2,1') continue;
    const levels = levelsOf(transpose.input[0]!, head);
    if (levels === undefined) continue;
    const nodes: NodeProto[] = [];
    const rows = levels.map(({ reshape, from, shape }) => {
      const name = levels.length === 1 ? transpose.output[0]! : `${reshape.output[0]}/rows`;
      graph.initializer.push(int64Tensor(`${name}/shape`, [shape.length], shape));
      const last = turn(from, head, turned, nodes, between);
      nodes.push(makeNode('Reshape', [last, `${name}/shape`], [name]));
      between.add(reshape);
      return name;
    });
    between.add(head.makers.get(transpose.input[0]!)!);
    if (levels.length > 1) nodes.push(makeNode('Concat', rows, transpose.output, { axis: { int: 1 } }));
    replaced.set(transpose, nodes);
  }
  if (replaced.size > 0) {
    const nodes = graph.node.flatMap(node => replaced.get(node) ?? [node]);
    graph.node = withoutUnused(nodes, between, graph);
  }
  return replaced.size;
}

interface Head {
  makers: ReadonlyMap<string, NodeProto>;
  users: Users;
  constants: Constants;
}

/** One Reshape from (batch, channels, rows, columns) to (batch, channels, points). */
interface Level {
  reshape: NodeProto;
  from: string;
  /** (batch, points, channels) */
  shape: readonly number[];
}

/** What a tensor (batch, channels, points) is made of; undefined where one part of it is not known. */
function levelsOf(name: string, head: Head): Level[] | undefined {
  const { makers, users, constants } = head;
  const maker = makers.get(name);
  if (maker === undefined || users.only(name) === undefined) return undefined;
  const isJoin = maker.opType === 'Concat' && [2, -1].includes(intAttribute(maker, 'axis', 0));
  const levels: Level[] = [];
  for (const part of isJoin ? maker.input : [name]) {
    const reshape = makers.get(part);
    if (reshape?.opType !== 'Reshape' || users.only(part) === undefined) return undefined;
    const [batch, given, points, ...more] = constants.ints(reshape.input[1]) ?? [];
    const channels = channelsOf(reshape.input[0]!, head);
    const isFlat = points !== undefined && points !== 0 && more.length === 0 && [-1, 0, 1].includes(batch!);
    if (!isFlat || channels === undefined || ![-1, 0, channels].includes(given!)) return undefined;
    if (intAttribute(reshape, 'allowzero', 0) !== 0) return undefined;
    levels.push({ reshape, from: reshape.input[0]!, shape: [batch!, points, channels] });
  }
  return levels;
}

/** How many channels a tensor has that can be turned; undefined where it cannot. */
function channelsOf(name: string, head: Head): number | undefined {
  const maker = head.makers.get(name);
  if (maker === undefined || head.users.isOutput(name)) return undefined;
  const [input, second] = maker.input;
  if (maker.opType === 'Conv') {
    const dims = head.constants.floats(second)?.dims;
    return dims?.length === 4 ? dims[0] : undefined;
  }
  if (maker.opType === 'Sigmoid') return channelsOf(input!, head);
  if (maker.opType === 'Concat' && isChannelAxis(maker)) {
    const parts = maker.input.map(part => channelsOf(part, head));
    return parts.every(part => part !== undefined) ? parts.reduce((sum, part) => sum + part, 0) : undefined;
  }
  if (maker.opType !== 'Split' || !isChannelAxis(maker)) return undefined;
  const whole = channelsOf(input!, head);
  return whole === undefined ? undefined : splitSizes(maker, whole, head.constants)?.[maker.output.indexOf(name)];
}

/** The same tensor with its channels last, made by `nodes`. */
function turn(
  name: string,
  head: Head,
  turned: Map<string, string>,
  nodes: NodeProto[],
  between: Set<NodeProto>,
): string {
  const known = turned.get(name);
  if (known !== undefined) return known;
  const maker = head.makers.get(name)!;
  const last = (tensor: string) => `${tensor}/channels last`;
  const outputs = maker.opType === 'Conv' ? [name] : maker.output;
  for (const output of outputs) turned.set(output, last(output));
  const inputsTurned = (inputs: readonly string[]) => inputs.map(input => turn(input, head, turned, nodes, between));
  if (maker.opType === 'Conv') {
    nodes.push(makeNode('Transpose', [name], [last(name)], { perm: { ints: [0, 2, 3, 1] } }));
    return last(name);
  }
  between.add(maker);
  const [input, ...rest] = maker.input;
  if (maker.opType === 'Sigmoid') {
    nodes.push(makeNode('Sigmoid', inputsTurned([input!]), outputs.map(last)));
  } else if (maker.opType === 'Concat') {
    nodes.push(makeNode('Concat', inputsTurned(maker.input), outputs.map(last), { axis: { int: 3 } }));
  } else {
    const split = makeNode('Split', [...inputsTurned([input!]), ...rest], outputs.map(last), { axis: { int: 3 } });
    split.attribute.push(...maker.attribute.filter(({ name: attribute }) => attribute !== 'axis'));
    nodes.push(split);
  }
  return last(name);
}

function isChannelAxis(node: NodeProto): boolean {
  return [1, -3].includes(intAttribute(node, 'axis', 0));
}
