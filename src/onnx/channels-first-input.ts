import { declaredInputs } from './declared-values.ts';
import { makeNode } from './node.ts';
import type { GraphProto } from './onnx_pb.ts';
import { renameTensors } from './rename-tensors.ts';
import { unusedNames } from './unused-names.ts';

const TO_CHANNELS_LAST = [0, 2, 3, 1];

/**
 * Has a graph that takes its picture as (batch, height, width, 3) take (batch, 3, height, width), in place: TensorFlow's exports and those with the
 * preprocessing inside do. Name and type stay.
 *
 * @returns the name of the input; undefined where no picture is taken so
 */
export function channelsFirstInput(graph: GraphProto): string | undefined {
  const pictures = declaredInputs(graph).filter(({ dims }) => dims?.length === 4);
  const [picture] = pictures;
  if (picture === undefined || pictures.length > 1) return undefined;
  if (picture.dims![3] !== 3 || picture.dims![1] === 3) return undefined;
  const { name } = picture;
  const { type } = graph.input.find(input => input.name === name)!;
  if (type?.value.case !== 'tensorType') return undefined;
  const [batch, height, width, channels] = type.value.value.shape!.dim;
  type.value.value.shape!.dim = [batch!, channels!, height!, width!];
  const inside = unusedNames(graph)(`${name}_channels_last`);
  renameTensors(graph, other => (other === name ? inside : undefined));
  graph.node.unshift(makeNode('Transpose', [name], [inside], { perm: { ints: TO_CHANNELS_LAST } }));
  return name;
}
