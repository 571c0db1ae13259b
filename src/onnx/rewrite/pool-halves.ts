import { attributeOf, type Constants, constantsOf, intAttribute } from '../constants.ts';
import { declaredInputs } from '../declared-values.ts';
import { makeNode } from '../node.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/**
 * Says a linear Resize to half the size as what it is, the average of two by two, in place: NanoDet's PAN goes down by it, and ONNX Runtime
 * pools in its layout of channels in blocks, but can only enlarge there.
 *
 * @returns how many
 */
export function poolHalves(graph: GraphProto): number {
  const constants = constantsOf(graph);
  const fixed = hasFixedSides(graph);
  const halves = new Set(graph.node.filter(node => isHalf(node, constants, fixed)));
  const sides = { ints: [2, 2] };
  graph.node = graph.node.map(node =>
    halves.has(node)
      ? makeNode('AveragePool', [node.input[0]!], node.output, { kernel_shape: sides, strides: sides })
      : node,
  );
  return halves.size;
}

function isHalf(node: NodeProto, constants: Constants, fixed: boolean): boolean {
  const text = (name: string) => new TextDecoder().decode(attributeOf(node, name)?.s);
  const coordinates = text('coordinate_transformation_mode') || 'half_pixel';
  const known = coordinates === 'half_pixel' || (fixed && coordinates === 'pytorch_half_pixel');
  if (node.opType !== 'Resize' || text('mode') !== 'linear' || !known) return false;
  const [, , scales, sizes] = node.input;
  if (sizes || attributeOf(node, 'axes') !== undefined || intAttribute(node, 'antialias', 0) !== 0) return false;
  return constants.floats(scales)?.values.join() === '1,1,0.5,0.5';
}

/** `pytorch_half_pixel` is another where a side of 1 comes out: whether one does is told by a trial run only where sides are always the same. */
function hasFixedSides(graph: GraphProto): boolean {
  return declaredInputs(graph).every(({ dims }) => dims?.slice(1).every(side => typeof side === 'number'));
}
