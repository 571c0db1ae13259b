import type { Constant } from '../tfjs/weights.ts';
import { activation, NHWC } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator, spatialAttribute } from './operator.ts';
import { slidingWindow } from './sliding-window.ts';

/** Conv2D on NHWC becomes Conv on NCHW; a Pad with zeros before it becomes its `pads`. */
export const conv: Operator = (node, inputs, { writer }) => {
  const input = activationInput(inputs, 0, 'folds-padding');
  const kernel = constantInput(inputs, 1);
  requireThat(kernel.shape.length === 4 && kernel.values instanceof Float32Array, 'its kernel is no 4-D float tensor');
  const [height, width, channelsIn, channelsOut] = kernel.shape as [number, number, number, number];
  requireThat(
    input.shape[1] === channelsIn,
    `its kernel is for ${channelsIn} channels but its input has ${input.shape[1]}`,
  );
  const window = slidingWindow(node, input, [height, width], spatialAttribute(node, 'dilations'), 0);
  const name = writer.nextName('Conv');
  const weight = writer.weight(`${name}.weight`, [channelsOut, channelsIn, height, width], outputChannelFirst(kernel));
  writer.node('Conv', [input.name, weight], [name], window.attributes);
  return [activation(name, [input.shape[0]!, channelsOut, ...window.size], NHWC)];
};

/** Kernel (height, width, in, out) to (out, in, height, width). */
function outputChannelFirst({ shape, values }: Constant): Float32Array {
  const [height, width, channelsIn, channelsOut] = shape as [number, number, number, number];
  const area = height * width;
  const result = new Float32Array(values.length);
  let from = 0;
  for (let position = 0; position < area; position++) {
    for (let i = 0; i < channelsIn; i++) {
      for (let o = 0; o < channelsOut; o++) result[(o * channelsIn + i) * area + position] = values[from++]!;
    }
  }
  return result;
}
