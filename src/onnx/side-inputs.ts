import { declaredInputs } from './declared-values.ts';
import type { GraphProto } from './onnx_pb.ts';
import { floatTensor } from './tensor.ts';

/** By how much the picture was scaled on its way to the network input, and how large that is: (batch, 2), height and width. */
const SCALE = 'scale_factor';
const SHAPE = 'im_shape';

/**
 * Has a graph of PaddleDetection, which divides boxes by a second input, give them in pixels of the network input, in place: the factor becomes 1, and the
 * size, where that is an input as well, what the graph says of its picture.
 *
 * @returns the names of the inputs that are constants now
 */
export function fixSideInputs(graph: GraphProto): string[] {
  const inputs = declaredInputs(graph);
  if (!inputs.some(({ name }) => name === SCALE)) return [];
  const [, , height, width] = inputs.find(({ dims }) => dims?.length === 4)?.dims ?? [];
  const fixed = new Map([[SCALE, [1, 1]]]);
  if (typeof height === 'number' && typeof width === 'number') fixed.set(SHAPE, [height, width]);
  const names = inputs.filter(({ name, type }) => fixed.has(name) && type === 'float32').map(({ name }) => name);
  graph.input = graph.input.filter(({ name }) => !names.includes(name));
  for (const name of names) graph.initializer.push(floatTensor(name, [1, 2], Float32Array.from(fixed.get(name)!)));
  return names;
}
