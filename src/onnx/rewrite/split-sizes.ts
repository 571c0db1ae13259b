import { attributeOf, type Constants } from '../constants.ts';
import type { NodeProto } from '../onnx_pb.ts';

/** What a Split gives to each part of `whole` elements of its axis; undefined where that is not known, or not all of them. */
export function splitSizes(split: NodeProto, whole: number, constants: Constants): readonly number[] | undefined {
  const { input, output } = split;
  const given = input[1] ? constants.ints(input[1]) : attributeOf(split, 'split')?.ints.map(Number);
  const sizes = given ?? (input[1] ? [] : output.map(() => whole / output.length));
  const areAll = sizes.length === output.length && sizes.reduce((sum, size) => sum + size, 0) === whole;
  return areAll && sizes.every(Number.isInteger) ? sizes : undefined;
}
