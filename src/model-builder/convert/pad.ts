import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator, scalarInput } from './operator.ts';

/** Pad (with zeros) and PadV2 (with a constant): kept beside the value until a Conv or MaxPool folds it in. */
export const pad: Operator = (node, inputs) => {
  const input = activationInput(inputs, 0);
  const { shape, values } = constantInput(inputs, 1);
  requireThat(
    shape.length === 2 && shape[0] === input.axes.length && shape[1] === 2,
    `its paddings have shape [${shape}]`,
  );
  const value = node.op === 'PadV2' ? scalarInput(inputs, 2) : 0;
  // by ONNX axis: before and after
  const amounts = input.axes.map(() => [0, 0] as [number, number]);
  for (const [i, axis] of input.axes.entries()) amounts[axis] = [values[2 * i]!, values[2 * i + 1]!];
  const [batch, channel, rows, columns] = amounts;
  requireThat(rows !== undefined && columns !== undefined, 'its input is no 4-D value');
  requireThat(
    [...batch!, ...channel!].every(amount => amount === 0),
    'it pads more than height and width',
  );
  return [{ ...input, padding: { top: rows[0], left: columns[0], bottom: rows[1], right: columns[1], value } }];
};
