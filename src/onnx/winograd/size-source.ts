import { attributeOf, intAttribute } from '../constants.ts';
import { makersOf } from '../makers-of.ts';
import type { GraphProto, NodeProto } from '../onnx_pb.ts';

/** Operators whose output is as high and as wide as their first input. */
const SIZE_KEEPING = new Set([
  'LeakyRelu',
  'Relu',
  'Sigmoid',
  'HardSigmoid',
  'Clip',
  'Tanh',
  'ReorderInput',
  'ReorderOutput',
]);

/**
 * Tensors of one height and one width, as the operators between them say.
 *
 * @returns of a tensor (batch, channels, height, width) the farthest one before it that has its height and width in every run
 */
export function sizeSources(graph: GraphProto): (tensor: string) => string {
  const filters = new Map(graph.initializer.map(({ name, dims }) => [name, dims.slice(2).map(Number)]));
  const keepsSize = (node: NodeProto) => {
    if (node.opType === 'Concat' || node.opType === 'Split') return intAttribute(node, 'axis', 0) === 1;
    // From or into (batch, height, width, channels), as it is fused with a Transpose.
    if (intAttribute(node, 'channels_last', 0) !== 0) return false;
    if (node.opType === 'Conv') return convolutionKeepsSize(node, filters.get(node.input[1]!) ?? []);
    return SIZE_KEEPING.has(node.opType);
  };
  const producers = makersOf(graph);
  return tensor => {
    let source = tensor;
    for (let node = producers.get(source); node !== undefined && keepsSize(node); node = producers.get(source)) {
      source = node.input[0]!;
    }
    return source;
  };
}

/**
 * With stride 1 and as many zeros around as the filter reaches beyond its centre.
 *
 * @param size of the filter, (height, width)
 */
export function convolutionKeepsSize(node: NodeProto, size: readonly number[]): boolean {
  const ints = (name: string, otherwise: readonly number[]) => {
    const given = attributeOf(node, name)?.ints ?? [];
    return given.length === 0 ? otherwise : given.map(Number);
  };
  const autoPad = attributeOf(node, 'auto_pad')?.s;
  const dilations = ints('dilations', [1, 1]);
  const [top, left, bottom, right] = ints('pads', [0, 0, 0, 0]);
  return (
    (autoPad === undefined || new TextDecoder().decode(autoPad) === 'NOTSET') &&
    size.length === 2 &&
    ints('strides', [1, 1]).every(stride => stride === 1) &&
    top! + bottom! === dilations[0]! * (size[0]! - 1) &&
    left! + right! === dilations[1]! * (size[1]! - 1)
  );
}
