import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** The branches of an If, the body of a Loop. */
export function innerGraphs({ attribute }: NodeProto): GraphProto[] {
  return attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g, ...graphs]));
}
