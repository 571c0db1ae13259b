import { activation, NHWC } from './activation.ts';
import { activationInput, type Operator, spatialAttribute } from './operator.ts';
import { slidingWindow } from './sliding-window.ts';

/**
 * MaxPool on NHWC becomes MaxPool on NCHW. ONNX leaves its padding out of the maximum, as if it were minus infinity: only
 * a PadV2 with that value is folded. Any other could win where all activations are below it (LeakyRelu gives negatives).
 */
export const maxPool: Operator = (node, inputs, { writer }) => {
  const input = activationInput(inputs, 0, 'folds-padding');
  const window = slidingWindow(node, input, spatialAttribute(node, 'ksize'), [1, 1], Number.NEGATIVE_INFINITY);
  const name = writer.nextName('MaxPool');
  writer.node('MaxPool', [input.name], [name], window.attributes);
  return [activation(name, [...input.shape.slice(0, 2), ...window.size], NHWC)];
};
