import { identityAxes, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator } from './operator.ts';

/** Writes nothing: from here on TensorFlow's axes are other ONNX axes. */
export const transpose: Operator = (_node, inputs) => {
  const input = activationInput(inputs, 0, 'folds-padding');
  const order = [...constantInput(inputs, 1).values];
  const isPermutation = sameList(
    order.toSorted((a, b) => a - b),
    identityAxes(input.axes.length),
  );
  requireThat(isPermutation, `[${order}] is no order of ${input.axes.length} axes`);
  return [{ ...input, axes: order.map(axis => input.axes[axis]!) }];
};
