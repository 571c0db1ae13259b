import { makeNode } from '../../src/onnx/node.ts';
import type { ModelProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import type { Normalisation } from './family-graph.ts';

/** The same detector exported with its normalisation: it takes 0 to 255, or 0 to 1. */
export function normalisingInside(model: ModelProto, { mean, std }: Normalisation, range: 255 | 1 = 255): ModelProto {
  const { input, node, initializer } = model.graph!;
  const picture = input[0]!.name;
  for (const user of node) user.input = user.input.map(name => (name === picture ? 'normalised' : name));
  const perChannel = (name: string, values: readonly number[]) =>
    floatTensor(
      name,
      [1, 3, 1, 1],
      Float32Array.from(values, value => (value * range) / 255),
    );
  initializer.push(perChannel('own_mean', mean), perChannel('own_std', std));
  node.unshift(
    makeNode('Sub', [picture, 'own_mean'], ['centred']),
    makeNode('Div', ['centred', 'own_std'], ['normalised']),
  );
  return model;
}

/** The same detector with its picture's channels last. */
export function channelsLast(model: ModelProto): ModelProto {
  const { input, node } = model.graph!;
  const [picture] = input;
  for (const user of node) user.input = user.input.map(name => (name === picture!.name ? 'channels_first' : name));
  node.unshift(makeNode('Transpose', [picture!.name], ['channels_first'], { perm: { ints: [0, 3, 1, 2] } }));
  if (picture!.type?.value.case !== 'tensorType') throw new Error('The picture is a tensor.');
  const { shape } = picture!.type.value.value;
  const [batch, channels, height, width] = shape!.dim;
  shape!.dim = [batch!, height!, width!, channels!];
  return model;
}

/** The same detector with red and blue exchanged before it. */
export function exchangingColours(model: ModelProto): ModelProto {
  const { input, node, initializer } = model.graph!;
  const picture = input[0]!.name;
  for (const user of node) user.input = user.input.map(name => (name === picture ? 'exchanged' : name));
  initializer.push(int64Tensor('other_order', [3], [2, 1, 0]));
  node.unshift(makeNode('Gather', [picture, 'other_order'], ['exchanged'], { axis: { int: 1 } }));
  return model;
}
