import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { makersOf } from '../makers-of.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { floatTensor } from '../tensor.ts';
import { isDense } from './channel-groups.ts';
import { splitSizes } from './split-sizes.ts';
import { usersOf } from './users-of.ts';

/**
 * Heads whose scores and boxes come of one convolution split its channels, which copies all of them once they come last (`turnEarly`). Here it becomes as many
 * convolutions as there are parts, in place: what is multiplied is the same. Where parts would have to be padded to more blocks in all, the Split stays.
 *
 * @param block how many channels ONNX Runtime's convolutions take at a time
 * @returns how many convolutions were parted
 */
export function partHeads(graph: GraphProto, block: number): number {
  const makers = makersOf(graph);
  const users = usersOf(graph);
  const constants = constantsOf(graph);
  const replaced = new Map<NodeProto, NodeProto[]>();
  let count = 0;
  for (const split of graph.node) {
    if (split.opType !== 'Split' || ![3, -1].includes(intAttribute(split, 'axis', 0))) continue;
    const transpose = makers.get(split.input[0]!);
    if (transpose?.opType !== 'Transpose' || attributeOf(transpose, 'perm')?.ints.join() !== '0,2,3,1') continue;
    const conv = makers.get(transpose.input[0]!);
    if (conv === undefined || !isDense(conv, constants)) continue;
    if (users.only(transpose.output[0]!) !== split || users.only(conv.output[0]!) !== transpose) continue;
    const sizes = splitSizes(split, constants.floats(conv.input[1])!.dims[0]!, constants);
    if (sizes === undefined || sizes.includes(0) || blocksOf(sizes, block) > blocksOf([sum(sizes)], block)) continue;
    replaced
      .set(conv, [])
      .set(transpose, [])
      .set(split, partsOf(graph, conv, split, sizes, constants));
    count += 1;
  }
  graph.node = graph.node.flatMap(node => replaced.get(node) ?? [node]);
  return count;
}

function partsOf(
  graph: GraphProto,
  conv: NodeProto,
  split: NodeProto,
  sizes: readonly number[],
  constants: Constants,
): NodeProto[] {
  const [input, ...weights] = conv.input;
  let first = 0;
  return sizes.flatMap((size, index) => {
    const part = `${conv.output[0]}/part ${index}`;
    const own = weights.map((name, at) => {
      if (!name) return '';
      const { dims, values } = constants.floats(name)!;
      const each = values.length / dims[0]!;
      const ofPart = values.slice(first * each, (first + size) * each);
      graph.initializer.push(floatTensor(`${part}/weights ${at}`, dims.with(0, size), ofPart));
      return `${part}/weights ${at}`;
    });
    first += size;
    const convolution = makeNode('Conv', [input!, ...own], [part]);
    convolution.attribute.push(...conv.attribute);
    const output = split.output[index]!;
    return [convolution, makeNode('Transpose', [part], [output], { perm: { ints: [0, 2, 3, 1] } })];
  });
}

const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);

const blocksOf = (sizes: readonly number[], block: number) => sum(sizes.map(size => Math.ceil(size / block)));
