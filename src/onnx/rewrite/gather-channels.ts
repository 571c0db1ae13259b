import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { gathered } from './channel-groups.ts';
import { splitSizes } from './split-sizes.ts';
import { type Users, usersOf } from './users-of.ts';

/**
 * Says how ShuffleNet moves channels as Gathers, one for each part that is used, in place: a channel shuffle (Reshape, Transpose, Reshape)
 * and the Split or the Slices after it copy everything three times. `alignChannels` pads what a Gather gives.
 *
 * @returns how many parts
 */
export function gatherChannels(graph: GraphProto): number {
  const constants = constantsOf(graph);
  const users = usersOf(graph);
  const replaced = new Map<NodeProto, NodeProto[]>();
  let parts = 0;
  for (const node of graph.node) {
    const shuffle = shuffleAt(node, users, constants);
    if (shuffle === undefined || users.isOutput(shuffle.output)) continue;
    const takers = users.all(shuffle.output);
    const taken = takers.map(taker => partsTaken(taker, shuffle, constants));
    if (taken.length === 0 || !taken.every(part => part !== undefined)) continue;
    for (const gone of shuffle.nodes) replaced.set(gone, []);
    for (const [index, taker] of takers.entries()) {
      const gathers = taken[index]!.map(({ output, order }) => {
        const indices = int64Tensor(`${output}/channels`, [order.length], order);
        graph.initializer.push(indices);
        return makeNode('Gather', [shuffle.input, indices.name], [output], { axis: { int: 1 } });
      });
      replaced.set(taker, gathers);
      parts += gathers.length;
    }
  }
  graph.node = graph.node.flatMap(node => replaced.get(node) ?? [node]);
  return parts;
}

interface Shuffle {
  input: string;
  output: string;
  nodes: readonly NodeProto[];
  /** Of each channel that comes out, which one it was. */
  order: readonly number[];
}

function shuffleAt(node: NodeProto, users: Users, constants: Constants): Shuffle | undefined {
  const [input, second] = node.input;
  const taken = gathered(node, constants);
  if (taken !== undefined) return { input: input!, output: node.output[0]!, nodes: [node], order: taken };
  if (node.opType !== 'Reshape') return undefined;
  const shape = constants.ints(second);
  const transpose = users.only(node.output[0]!);
  const back = transpose?.opType === 'Transpose' ? users.only(transpose.output[0]!) : undefined;
  if (shape?.length !== 5 || back?.opType !== 'Reshape') return undefined;
  if (attributeOf(transpose!, 'perm')?.ints.join() !== '0,2,1,3,4') return undefined;
  const [batch, groups, each, height, width] = shape as [number, number, number, number, number];
  if (groups < 1 || each < 1) return undefined;
  const whole = constants.ints(back.input[1])?.join();
  if (![groups * each, -1].some(channels => whole === [batch, channels, height, width].join())) return undefined;
  const order = Array.from({ length: groups * each }, (_, to) => (to % groups) * each + Math.floor(to / groups));
  return { input: input!, output: back.output[0]!, nodes: [node, transpose!, back], order };
}

/** What a Split or a Slice along the channels takes. */
function partsTaken(
  node: NodeProto,
  { output: whole, order }: Shuffle,
  constants: Constants,
): { output: string; order: readonly number[] }[] | undefined {
  if (node.input[0] !== whole) return undefined;
  if (node.opType === 'Split') {
    if (intAttribute(node, 'axis', 0) !== 1) return undefined;
    const sizes = splitSizes(node, order.length, constants);
    if (sizes === undefined) return undefined;
    let from = 0;
    return node.output.map((output, index) => {
      const part = order.slice(from, from + sizes[index]!);
      from += sizes[index]!;
      return { output, order: part };
    });
  }
  if (node.opType !== 'Slice') return undefined;
  const [starts, ends, axes, steps] = node.input.slice(1).map(name => constants.ints(name));
  if (starts?.length !== 1 || ends?.length !== 1 || axes?.length !== 1 || axes[0] !== 1) return undefined;
  if (node.input[4] && steps?.join() !== '1') return undefined;
  return [{ output: node.output[0]!, order: order.slice(starts[0], ends[0]) }];
}
