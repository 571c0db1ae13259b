import { add } from './add.ts';
import { concat } from './concat.ts';
import { conv } from './conv.ts';
import { leakyRelu, sigmoid } from './elementwise.ts';
import { maxPool } from './max-pool.ts';
import type { Operator } from './operator.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import { sparseToDense } from './sparse-to-dense.ts';
import { split } from './split.ts';
import { transpose } from './transpose.ts';

/** Every TensorFlow operator that is understood, beside Placeholder and Const (convert-graph.ts). */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Add', add],
  ['AddV2', add],
  ['ConcatV2', concat],
  ['Conv2D', conv],
  ['Identity', (_node, inputs) => inputs],
  ['LeakyRelu', leakyRelu],
  ['MaxPool', maxPool],
  ['Pad', pad],
  ['PadV2', pad],
  ['Reshape', reshape],
  ['ResizeBilinear', resizeBilinear],
  ['Sigmoid', sigmoid],
  ['SparseToDense', sparseToDense],
  ['SplitV', split],
  ['Transpose', transpose],
]);
