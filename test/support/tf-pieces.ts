import { type TfGraph, TO_NCHW, TO_NHWC, tfGraph } from './tf-graph.ts';

/** One channel resized between two sizes. */
export function resized(from: [number, number], to: [number, number], attr = {}): { graph: TfGraph; node: string } {
  const graph = tfGraph([1, 1, ...from]);
  const size = graph.constant([2], to, 'int');
  const options = { half_pixel_centers: { b: true }, align_corners: { b: false }, ...attr };
  const node = graph.node('ResizeBilinear', [graph.transpose('x', TO_NHWC), size], options);
  return { graph, node: graph.transpose(node, TO_NCHW) };
}

/** Two channels flattened as onnx-tf does: the shape is a constant plus zeros made by SparseToDense. */
export function flattened(target: number[], set: number[] = []): { graph: TfGraph; node: string } {
  const graph = tfGraph([1, 2, 2, 2]);
  const int = (shape: number[], values: number[]): string => graph.constant(shape, values, 'int');
  const zeros = graph.node('SparseToDense', [
    int([set.length, 1], set),
    int([1], [3]),
    int([set.length], set),
    int([], [0]),
  ]);
  const shape = graph.node('AddV2', [int([3], target), zeros]);
  const flat = graph.node('Reshape', ['x', shape]);
  return { graph, node: graph.transpose(flat, [0, 2, 1]) };
}
