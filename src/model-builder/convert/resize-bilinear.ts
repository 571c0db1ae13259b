import { activation, NHWC, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator } from './operator.ts';

/**
 * ResizeBilinear to a fixed size becomes Resize by the ratio that this size stands for, so that other input sizes work.
 * Only ratios by a power of two: at every input size that is a multiple of the largest stride they give whole sizes.
 */
export const resizeBilinear: Operator = (node, inputs, { writer }) => {
  const input = activationInput(inputs, 0);
  requireThat(sameList(input.axes, NHWC), `its input has the axis order [${input.axes}] over NCHW, not NHWC`);
  const halfPixel = node.attr?.half_pixel_centers?.b === true && node.attr?.align_corners?.b !== true;
  requireThat(halfPixel, 'it does not sample at half-pixel centres');
  const size = [...constantInput(inputs, 1).values];
  requireThat(size.length === 2, `[${size}] is no height and width`);
  const [batch, channels, height, width] = input.shape as [number, number, number, number];
  const scales = [size[0]! / height, size[1]! / width];
  requireThat(
    scales.every(scale => Number.isInteger(Math.log2(scale))),
    `resizing ${height}x${width} to ${size[0]}x${size[1]} is not by a power of two`,
  );
  const name = writer.nextName('Resize');
  writer.node('Resize', [input.name, '', writer.list('float', [1, 1, ...scales])], [name], {
    mode: { string: 'linear' },
    coordinate_transformation_mode: { string: 'half_pixel' },
  });
  return [activation(name, [batch, channels, size[0]!, size[1]!], NHWC)];
};
