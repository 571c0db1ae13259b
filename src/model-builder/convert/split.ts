import { activation, onnxAxis } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator, scalarInput } from './operator.ts';

/** SplitV: the sizes are given, along the axis that the third input names. */
export const split: Operator = (_node, inputs, { writer }) => {
  const input = activationInput(inputs, 0);
  const sizes = [...constantInput(inputs, 1).values];
  const axis = onnxAxis(input, scalarInput(inputs, 2));
  const whole = input.shape[axis]!;
  const fits = sizes.every(size => size > 0) && sizes.reduce((sum, size) => sum + size, 0) === whole;
  requireThat(fits, `sizes [${sizes}] do not add up to ${whole}`);
  const name = writer.nextName('Split');
  const outputs = sizes.map((_, i) => `${name}.${i}`);
  writer.node('Split', [input.name, writer.list('int64', sizes)], outputs, { axis: { int: axis } });
  return sizes.map((size, i) => activation(outputs[i]!, input.shape.with(axis, size), input.axes));
};
