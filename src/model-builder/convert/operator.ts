import type { TfNode } from '../tfjs/graph-model.ts';
import type { Constant } from '../tfjs/weights.ts';
import type { Activation } from './activation.ts';
import type { GraphWriter } from './graph-writer.ts';
import { NotUnderstood, requireThat } from './not-understood.ts';

export type TfValue = Activation | Constant;

export interface OperatorContext {
  writer: GraphWriter;
  /** How many nodes read an output of a TensorFlow node, e.g. `convolution_1` or `split:1`. */
  readers(reference: string): number;
}

/** Writes what one TensorFlow node does and describes its outputs, in order. Throws `NotUnderstood`. */
export type Operator = (node: TfNode, inputs: readonly TfValue[], context: OperatorContext) => readonly TfValue[];

/** Input `index` as a value computed at run time. Padding that waits on it is refused unless the operator folds it. */
export function activationInput(
  inputs: readonly TfValue[],
  index: number,
  padding: 'folds-padding' | 'no-padding' = 'no-padding',
) {
  const input = inputs[index];
  requireThat(input !== undefined, `input ${index} is missing`);
  requireThat(input.kind === 'activation', `input ${index} is a constant`);
  requireThat(
    padding === 'folds-padding' || !input.padding,
    `its input ${index} is padded, which only Conv2D and MaxPool fold in`,
  );
  return input;
}

export function constantInput(inputs: readonly TfValue[], index: number): Constant {
  const input = inputs[index];
  requireThat(input !== undefined, `input ${index} is missing`);
  requireThat(input.kind === 'constant', `input ${index} is no constant`);
  return input;
}

export function scalarInput(inputs: readonly TfValue[], index: number): number {
  const { values } = constantInput(inputs, index);
  requireThat(values.length === 1, `input ${index} is no single number`);
  return values[0]!;
}

export function stringAttribute(node: TfNode, name: string): string {
  const base64 = node.attr?.[name]?.s;
  if (base64 === undefined) throw new NotUnderstood(`attribute ${name} is missing`);
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Attribute `name` given for N, H, W, C with nothing to do along N and C: its numbers for H and W. */
export function spatialAttribute(node: TfNode, name: string): [number, number] {
  const list = node.attr?.[name]?.list?.i?.map(Number) ?? [];
  const [n, h, w, c] = list;
  requireThat(list.length === 4 && n === 1 && c === 1, `attribute ${name} [${list}] is not [1, height, width, 1]`);
  return [h!, w!];
}
