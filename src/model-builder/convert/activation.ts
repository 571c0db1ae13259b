import { requireThat } from './not-understood.ts';

/** Rows and columns put around the last two ONNX axes, not yet written: the operator that uses the value folds them in. */
export interface Padding {
  top: number;
  left: number;
  bottom: number;
  right: number;
  value: number;
}

/**
 * A TensorFlow value that is computed when the graph runs, described by the ONNX value that holds the same numbers.
 * Transposes are never written: they only change which ONNX axis a TensorFlow axis is.
 */
export interface Activation {
  kind: 'activation';
  /** Name of the ONNX value. */
  name: string;
  /** Size of each ONNX axis at the input size the graph was exported for. Only used to check and to derive ratios. */
  shape: readonly number[];
  /** `axes[i]` is the ONNX axis that TensorFlow's axis `i` is. */
  axes: readonly number[];
  padding?: Padding;
}

/** `axes` of a TensorFlow value in NHWC order whose ONNX value is NCHW. */
export const NHWC = [0, 2, 3, 1] as const;

export function activation(name: string, shape: readonly number[], axes: readonly number[]): Activation {
  return { kind: 'activation', name, shape, axes };
}

export function identityAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** The ONNX axis of TensorFlow's `axis`, which may count from the end. */
export function onnxAxis({ axes }: Activation, axis: number): number {
  const found = axes[axis < 0 ? axis + axes.length : axis];
  requireThat(found !== undefined, `axis ${axis} is outside its input of rank ${axes.length}`);
  return found;
}
