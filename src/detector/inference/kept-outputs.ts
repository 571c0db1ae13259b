import type { CandidateOutput } from '../../onnx/rewrite/candidate-names.ts';

export interface OutputTensor {
  data: Float32Array;
  dims: readonly number[];
}

/** What a run gives of a grid head where only points that may become detections are wanted. */
export interface KeptOutputs {
  tensors: Record<string, OutputTensor>;
  /** Of each pair of outputs, which points of the grid `tensors` hold, ascending, of how many. */
  kept: { points: Int32Array; of: number }[];
}

/** Sorts what a run of a graph gave by where it comes from. */
export function keptOf(
  results: Readonly<Record<string, { data: unknown; dims: readonly number[] }>>,
  added: readonly CandidateOutput[],
): KeptOutputs {
  const outputs: KeptOutputs = { tensors: {}, kept: [] };
  for (const { name, pair, of } of added) {
    const { data, dims } = results[name]!;
    if (of !== undefined) outputs.tensors[of] = { data: data as Float32Array, dims };
    else outputs.kept[pair] = { points: (data as Int32Array).subarray(0, -1), of: (data as Int32Array).at(-1)! };
  }
  return outputs;
}
