import { activation, identityAxes, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator } from './operator.ts';

/** Only the flattening of a map (batch, channels, height, width) to (batch, channels, points), for any batch and size. */
export const reshape: Operator = (_node, inputs, { writer }) => {
  const input = activationInput(inputs, 0);
  const [batch, channels, height, width] = input.shape;
  const target = [...constantInput(inputs, 1).values];
  const points = (height ?? 0) * (width ?? 0);
  const flattens =
    input.shape.length === 4 &&
    sameList(input.axes, identityAxes(4)) &&
    sameList(target.slice(0, 2), [batch!, channels!]) &&
    target.length === 3 &&
    (target[2] === -1 || target[2] === points);
  requireThat(flattens, `[${target}] is no flattening of height and width of an NCHW value [${input.shape}]`);
  const name = writer.nextName('Reshape');
  // 0 keeps the size of that axis, whatever it is
  writer.node('Reshape', [input.name, writer.list('int64', [0, 0, -1])], [name]);
  return [activation(name, [batch!, channels!, points], identityAxes(3))];
};
