import { FAMILIES, FAMILY_NAMES, type FamilyName, type GraphInspection } from '../../detector/authoring.ts';

/** What `model inspect` says, as `--format json` prints it. */
export interface InspectionReport {
  file: { path: string; bytes: number; sha256: string };
  onnx: { irVersion: number; opset: number | undefined; producer: string; metadata: Record<string, string> };
  inputs: GraphInspection['file']['description']['inputs'];
  /** `dims` as the file declares them, `seen` as a run at `triedAt[0]` gave them, with the range of the values, where there are any. */
  outputs: (GraphInspection['file']['description']['outputs'][number] & {
    seen: readonly number[];
    range?: [lowest: number, highest: number];
  })[];
  /** Inputs and outputs of other types in the file; above they are as `model add` has them. */
  cast: GraphInspection['file']['changes']['cast'];
  /** The input that takes its channels last in the file; above it is as `model add` has it. */
  channelsLast?: string;
  /** What is left to do of the normalisation that is within the graph. */
  normalisation?: NonNullable<GraphInspection['graph']['normalisation']>;
  /** Inputs beside the picture, and the form of the outputs, in the file; above they are as `model add` has them. */
  fixedInputs: string[];
  form?: NonNullable<GraphInspection['graph']['form']>;
  weights: GraphInspection['file']['description']['weights'];
  operators: Record<string, number>;
  triedAt: { width: number; height: number }[];
  /** `assumes`: whose preprocessing `model add` takes where graphs of other models have the same head. */
  families: Record<FamilyName, { fits: boolean; because: string[]; assumes?: string }>;
}

export function inspectionReport(path: string, { file, graph, families }: GraphInspection): InspectionReport {
  const { irVersion, opset, producer, metadata, inputs, outputs, weights, operators } = file.description;
  const [first] = graph.probes;
  return {
    file: { path, bytes: file.bytes, sha256: file.sha256 },
    onnx: { irVersion, opset, producer, metadata },
    inputs,
    outputs: outputs.map(output => {
      const seen = first!.outputs.find(({ name }) => name === output.name)!;
      return { ...output, seen: seen.dims, ...(seen.data.length > 0 && { range: rangeOf(seen.data) }) };
    }),
    cast: file.changes.cast,
    ...(file.changes.channelsLast !== undefined && { channelsLast: file.changes.channelsLast }),
    ...(graph.normalisation && { normalisation: graph.normalisation }),
    fixedInputs: file.changes.fixedInputs,
    ...(graph.form && { form: graph.form }),
    weights,
    operators,
    triedAt: graph.probes.map(({ width, height }) => ({ width, height })),
    families: Object.fromEntries(
      FAMILY_NAMES.map(name => {
        const fit = families[name];
        if (!('head' in fit)) return [name, { fits: false, because: fit.reasons }];
        const assumes = FAMILIES[name].assumes?.(fit.head, graph.form);
        return [name, { fits: true, because: fit.evidence, ...(assumes !== undefined && { assumes }) }];
      }),
    ) as InspectionReport['families'],
  };
}

function rangeOf(values: Float32Array): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return [lowest, highest];
}
