import type { AttributeValue } from '../../onnx/node.ts';
import type { TfNode } from '../tfjs/graph-model.ts';
import { activation } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, type Operator, type OperatorContext, type TfValue } from './operator.ts';

export const sigmoid: Operator = (_node, inputs, context) => [unary('Sigmoid', inputs, {}, context)];

export const leakyRelu: Operator = (node, inputs, context) => [
  unary('LeakyRelu', inputs, { alpha: { float: slope(node) } }, context),
];

function slope(node: TfNode): number {
  const alpha = node.attr?.alpha?.f;
  requireThat(alpha !== undefined, 'attribute alpha is missing');
  return alpha;
}

/** An operator that treats every number alike, so the order of the axes does not matter. */
function unary(
  opType: string,
  inputs: readonly TfValue[],
  attributes: Record<string, AttributeValue>,
  { writer }: OperatorContext,
): TfValue {
  const input = activationInput(inputs, 0);
  const name = writer.nextName(opType);
  writer.node(opType, [input.name], [name], attributes);
  return activation(name, input.shape, input.axes);
}
