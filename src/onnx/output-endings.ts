import { makersOf } from './makers-of.ts';
import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** Operators that move values about and do not change them: only their first input matters. */
const MOVERS = new Set(
  'Cast Expand Flatten Gather Identity Pad Reshape Slice Split Squeeze Transpose Unsqueeze'.split(' '),
);
/** Operators that put several inputs together, or combine probabilities into one (GFLv2, PP-PicoDet 2022). */
const JOINERS = new Set('Add Clip Concat Mul Pow Sqrt'.split(' '));

const MAX_STEPS = 10_000;

/**
 * For every output the operators that made its values, behind those that only move or join values: `["Sigmoid"]` for
 * probabilities, `["Conv"]` for logits, both where scores and boxes share a tensor.
 */
export function outputEndings(graph: GraphProto): Record<string, string[]> {
  const makers = makersOf(graph);
  return Object.fromEntries(graph.output.map(({ name }) => [name, endings(name, makers)]));
}

function endings(output: string, makers: ReadonlyMap<string, NodeProto>): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting = [output];
  for (let name = waiting.pop(); name !== undefined && seen.size < MAX_STEPS; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = makers.get(name);
    if (node === undefined) continue; // a weight or an input
    if (MOVERS.has(node.opType)) waiting.push(...node.input.slice(0, 1));
    else if (JOINERS.has(node.opType)) waiting.push(...node.input);
    else found.add(node.opType);
  }
  return [...found].sort();
}
