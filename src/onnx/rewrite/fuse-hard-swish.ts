import { attributeOf, type Constants, constantsOf } from '../constants.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';
import { usersOf } from './users-of.ts';

/** Of 1/6, as float32 numbers of exporters. */
const TOLERANCE = 1e-6;

/**
 * Hard-swish as Paddle exports it, `x * clip(x + 3, 0, 6) / 6` in four operators that each go through memory, said with two, in place.
 *
 * @returns how many
 */
export function fuseHardSwish(graph: GraphProto): number {
  const constants = constantsOf(graph);
  const users = usersOf(graph);
  const replaced = new Map<NodeProto, NodeProto[]>();
  const next = ({ output }: NodeProto) => users.only(output[0]!);
  let fused = 0;
  for (const add of graph.node) {
    const x = add.opType === 'Add' ? besides(add, 3, constants) : undefined;
    const clip = x === undefined ? undefined : next(add);
    if (clip?.opType !== 'Clip' || !isBetween(clip, 0, 6, constants)) continue;
    const product = next(clip);
    if (product?.opType !== 'Mul' || !product.input.includes(x!)) continue;
    const scaled = next(product);
    const divided = scaled?.opType === 'Div' && scaled.input[1] !== product.output[0] && besides(scaled, 6, constants);
    const multiplied = scaled?.opType === 'Mul' && besides(scaled, 1 / 6, constants);
    if (!divided && !multiplied) continue;
    const gate = `${scaled!.output[0]}/gate`;
    for (const gone of [add, clip, product]) replaced.set(gone, []);
    replaced.set(scaled!, [
      makeNode('HardSigmoid', [x!], [gate], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
      makeNode('Mul', [x!, gate], [scaled!.output[0]!]),
    ]);
    fused += 1;
  }
  graph.node = graph.node.flatMap(node => replaced.get(node) ?? [node]);
  return fused;
}

/** The other input of a node, one of whose two is this number. */
function besides({ input }: NodeProto, number: number, constants: Constants): string | undefined {
  if (input.length !== 2) return undefined;
  return isNumber(input[1], number, constants)
    ? input[0]
    : isNumber(input[0], number, constants)
      ? input[1]
      : undefined;
}

function isBetween(clip: NodeProto, low: number, high: number, constants: Constants): boolean {
  if (clip.input.length === 3)
    return isNumber(clip.input[1], low, constants) && isNumber(clip.input[2], high, constants);
  return clip.input.length === 1 && attributeOf(clip, 'min')?.f === low && attributeOf(clip, 'max')?.f === high;
}

function isNumber(name: string | undefined, number: number, constants: Constants): boolean {
  const values = constants.floats(name)?.values;
  return values?.length === 1 && Math.abs(values[0]! - number) <= TOLERANCE;
}
