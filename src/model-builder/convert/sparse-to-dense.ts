import { requireThat } from './not-understood.ts';
import { constantInput, type Operator, scalarInput } from './operator.ts';

/** onnx-tf makes target shapes with it, and never sets a value: the result is the default value all over. */
export const sparseToDense: Operator = (_node, inputs) => {
  const set = constantInput(inputs, 2);
  requireThat(set.values.length === 0, 'it sets values, and only an empty one is understood');
  const shape = [...constantInput(inputs, 1).values];
  const size = shape.reduce((product, dim) => product * dim, 1);
  return [{ kind: 'constant', shape, values: new Int32Array(size).fill(scalarInput(inputs, 3)) }];
};
