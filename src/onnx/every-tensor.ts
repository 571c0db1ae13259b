import type { AttributeProto, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto } from './onnx_pb.ts';

/** Every tensor that a file holds or points to: weights, constants of nodes, those of subgraphs, functions and training. */
export function* everyTensor(model: ModelProto): Generator<TensorProto> {
  if (model.graph !== undefined) yield* ofGraph(model.graph);
  for (const { node, attributeProto } of model.functions) {
    yield* ofNodes(node);
    yield* ofAttributes(attributeProto);
  }
  for (const { initialization, algorithm } of model.trainingInfo) {
    if (initialization !== undefined) yield* ofGraph(initialization);
    if (algorithm !== undefined) yield* ofGraph(algorithm);
  }
}

function* ofGraph(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const sparse of graph.sparseInitializer) yield* ofSparse(sparse);
  yield* ofNodes(graph.node);
}

function* ofNodes(nodes: readonly NodeProto[]): Generator<TensorProto> {
  for (const { attribute } of nodes) yield* ofAttributes(attribute);
}

function* ofAttributes(attributes: readonly AttributeProto[]): Generator<TensorProto> {
  for (const { t, tensors, sparseTensor, sparseTensors, g, graphs } of attributes) {
    if (t !== undefined) yield t;
    yield* tensors;
    if (sparseTensor !== undefined) yield* ofSparse(sparseTensor);
    for (const sparse of sparseTensors) yield* ofSparse(sparse);
    if (g !== undefined) yield* ofGraph(g);
    for (const graph of graphs) yield* ofGraph(graph);
  }
}

function* ofSparse({ values, indices }: SparseTensorProto): Generator<TensorProto> {
  if (values !== undefined) yield values;
  if (indices !== undefined) yield indices;
}
