import { type DeclaredValue, declaredInputs, declaredOutputs } from '../../onnx/declared-values.ts';
import { externalTensors } from '../../onnx/external-data.ts';
import { innerGraphs } from '../../onnx/inner-graphs.ts';
import type { NodeProto } from '../../onnx/onnx_pb.ts';
import { opsetOf } from '../../onnx/opset-of.ts';
import { outputEndings } from '../../onnx/output-endings.ts';
import type { OnnxModel } from '../../onnx/parse-model.ts';

/** What an ONNX file says of itself, nothing of it tried out. */
export interface GraphDescription {
  irVersion: number;
  /** Of the standard operators. */
  opset: number | undefined;
  producer: string;
  metadata: Record<string, string>;
  /** Without the weights that are listed among them. */
  inputs: DeclaredValue[];
  /** `endings`: the operators that made the values, behind those that only move them. */
  outputs: (DeclaredValue & { endings: string[] })[];
  weights: {
    tensors: number;
    values: number;
    listedAsInputs: number;
    /** Files that some are kept in. */
    files: string[];
  };
  /** Operator -> how many nodes; those of other domains with their domain. */
  operators: Record<string, number>;
}

/** Standard, and Microsoft's own that ONNX Runtime carries. */
const KNOWN_DOMAINS = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc'];
const SUPPRESSION = /NonMaxSuppression|MulticlassNMS|EfficientNMS|BatchedNMS/i;

/** @param operators where the graph has others by now than those that are to be told of */
export function describeGraph(model: OnnxModel, operators = countOperators(model)): GraphDescription {
  const { graph } = model;
  const inputs = declaredInputs(graph);
  const endings = outputEndings(graph);
  const elements = (dims: readonly bigint[]) => Number(dims.reduce((product, dim) => product * dim, 1n));
  return {
    irVersion: Number(model.irVersion),
    opset: opsetOf(model),
    producer: `${model.producerName} ${model.producerVersion}`.trim() || 'unknown',
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    inputs,
    outputs: declaredOutputs(graph).map(output => ({ ...output, endings: endings[output.name] ?? [] })),
    weights: {
      tensors: graph.initializer.length,
      values: graph.initializer.reduce((sum, { dims }) => sum + elements(dims), 0),
      listedAsInputs: graph.input.length - inputs.length,
      files: [...new Set(externalTensors(model).map(({ location }) => location))],
    },
    operators,
  };
}

/** The most frequent first; those of other domains with their domain. */
export function countOperators(model: OnnxModel): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { opType, domain } of everyNode(model)) {
    const name = domain === '' || domain === 'ai.onnx' ? opType : `${domain}::${opType}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

/** Operators that ONNX Runtime does not have, as `domain::Operator`. */
export function foreignOperators(model: OnnxModel): string[] {
  const own = new Set(model.functions.map(({ domain, name }) => `${domain}::${name}`));
  // A function that nothing calls may have any.
  const names = [...withInner(model.graph.node)]
    .filter(({ domain }) => !KNOWN_DOMAINS.includes(domain))
    .map(({ domain, opType }) => `${domain}::${opType}`);
  return [...new Set(names)].filter(name => !own.has(name));
}

/** Those of branches, loops and functions, too: a suppression often lies within an If. */
function* everyNode({ graph, functions }: OnnxModel): Generator<NodeProto> {
  yield* withInner(graph.node);
  for (const { node } of functions) yield* withInner(node);
}

function* withInner(nodes: readonly NodeProto[]): Generator<NodeProto> {
  for (const node of nodes) {
    yield node;
    for (const inner of innerGraphs(node)) yield* withInner(inner.node);
  }
}

export function suppresses({ operators }: Pick<GraphDescription, 'operators'>): boolean {
  return Object.keys(operators).some(name => SUPPRESSION.test(name));
}
