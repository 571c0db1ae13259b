import type { AttributeValue } from '../../onnx/node.ts';
import type { TfNode } from '../tfjs/graph-model.ts';
import { type Activation, NHWC, type Padding, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { spatialAttribute, stringAttribute } from './operator.ts';

const NO_PADDING = { top: 0, left: 0, bottom: 0, right: 0 } as const;

export interface SlidingWindow {
  attributes: Record<string, AttributeValue>;
  /** Height and width of the result at the exported input size. */
  size: [number, number];
}

/**
 * What Conv and MaxPool share. TensorFlow's node must be NHWC and VALID, its input NCHW in ONNX; padding that waits on the
 * input is folded when its value is `paddingValue`, the one the ONNX operator pads with.
 */
export function slidingWindow(
  node: TfNode,
  input: Activation,
  kernel: readonly [number, number],
  dilations: readonly [number, number],
  paddingValue: number,
): SlidingWindow {
  const format = stringAttribute(node, 'data_format');
  const scheme = stringAttribute(node, 'padding');
  requireThat(
    format === 'NHWC' && scheme === 'VALID',
    `data format ${format} with ${scheme} padding is not NHWC with VALID`,
  );
  requireThat(sameList(input.axes, NHWC), `its input has the axis order [${input.axes}] over NCHW, not NHWC`);
  const strides = spatialAttribute(node, 'strides');
  const padding: Omit<Padding, 'value'> = input.padding ?? NO_PADDING;
  requireThat(
    !input.padding || input.padding.value === paddingValue,
    `its input is padded with ${input.padding?.value}, but ONNX pads with ${paddingValue}`,
  );
  const span = [
    input.shape[2]! + padding.top + padding.bottom,
    input.shape[3]! + padding.left + padding.right,
  ] as const;
  const along = (i: 0 | 1): number => Math.floor((span[i] - dilations[i] * (kernel[i] - 1) - 1) / strides[i]) + 1;
  return {
    attributes: {
      kernel_shape: { ints: kernel },
      strides: { ints: strides },
      pads: { ints: [padding.top, padding.left, padding.bottom, padding.right] },
      ...(sameList(dilations, [1, 1]) ? {} : { dilations: { ints: dilations } }),
    },
    size: [along(0), along(1)],
  };
}
