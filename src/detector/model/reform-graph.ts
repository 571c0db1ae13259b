import { encodeModel } from '../../onnx/model.ts';
import { parseModel } from '../../onnx/parse-model.ts';
import { type OutputForm, reformOutputs } from '../../onnx/reform-outputs.ts';
import { describeGraph } from './describe-graph.ts';
import type { GraphFile } from './read-graph.ts';

export type { OutputForm } from '../../onnx/reform-outputs.ts';

/** The same graph with outputs that a manifest can say; `description` has them, too, and its operators are the file's own. */
export function reformGraph(file: GraphFile, form: OutputForm): GraphFile {
  const model = parseModel(file.graph);
  const { opset, operators, weights } = file.description;
  reformOutputs(model.graph, form, opset ?? 1);
  const description = { ...describeGraph(model, operators), weights };
  return { ...file, description, graph: encodeModel(model), changes: { ...file.changes, form } };
}
