import { activation, onnxAxis, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, type Operator, scalarInput } from './operator.ts';

/** ConcatV2: all inputs but the last, along the axis that the last names. */
export const concat: Operator = (_node, inputs, { writer }) => {
  const last = inputs.length - 1;
  const parts = inputs.slice(0, last).map((_, i) => activationInput(inputs, i));
  const [first] = parts;
  requireThat(first !== undefined, 'it has nothing to join');
  const axis = onnxAxis(first, scalarInput(inputs, last));
  const others = ({ shape }: { shape: readonly number[] }): number[] => shape.toSpliced(axis, 1);
  const alike = parts.every(part => sameList(part.axes, first.axes) && sameList(others(part), others(first)));
  requireThat(alike, 'its inputs differ in order of axes or in shape beside the joined axis');
  const name = writer.nextName('Concat');
  const names = parts.map(part => part.name);
  writer.node('Concat', names, [name], { axis: { int: axis } });
  const joined = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return [activation(name, first.shape.with(axis, joined), first.axes)];
};
