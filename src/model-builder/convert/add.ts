import type { TfNode } from '../tfjs/graph-model.ts';
import type { Constant } from '../tfjs/weights.ts';
import { type Activation, activation, NHWC, sameList } from './activation.ts';
import { requireThat } from './not-understood.ts';
import { activationInput, constantInput, type Operator, type OperatorContext } from './operator.ts';

/**
 * Add of one number a channel becomes the bias of the Conv before it; of two computed values, Add; of two constants, their
 * sum now.
 */
export const add: Operator = (node, inputs, context) => {
  const computed = inputs.findIndex(input => input.kind === 'activation');
  if (computed < 0) return [addConstants(constantInput(inputs, 0), constantInput(inputs, 1))];
  const other = inputs[1 - computed];
  if (other?.kind === 'constant') return [addBias(node, activationInput(inputs, computed), computed, other, context)];
  const a = activationInput(inputs, 0);
  const b = activationInput(inputs, 1);
  requireThat(sameList(a.axes, b.axes) && sameList(a.shape, b.shape), 'its inputs differ in shape or order of axes');
  const name = context.writer.nextName('Add');
  context.writer.node('Add', [a.name, b.name], [name]);
  return [activation(name, a.shape, a.axes)];
};

function addBias(node: TfNode, sum: Activation, at: number, bias: Constant, { writer, readers }: OperatorContext) {
  const conv = writer.findNode(sum.name);
  requireThat(conv?.opType === 'Conv' && conv.input.length === 2, 'it adds a constant to what is no Conv without bias');
  requireThat(readers(node.input?.[at] ?? '') === 1, 'the Conv that it adds a bias to is also used without it');
  const { values } = bias;
  const fits = sameList(sum.axes, NHWC) && sameList(bias.shape, [sum.shape[1]!]);
  requireThat(
    fits && values instanceof Float32Array,
    `its constant of shape [${bias.shape}] is not one number a channel`,
  );
  conv.input.push(writer.weight(`${sum.name}.bias`, bias.shape, values));
  return sum;
}

function addConstants(a: Constant, b: Constant): Constant {
  requireThat(sameList(a.shape, b.shape), 'its constants differ in shape');
  return { kind: 'constant', shape: a.shape, values: a.values.map((value, i) => value + b.values[i]!) };
}
