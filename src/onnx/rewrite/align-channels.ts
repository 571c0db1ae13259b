import { attributeOf, type Constant, type Constants, constantsOf } from '../constants.ts';
import type { GraphProto, NodeProto, TensorProto } from '../onnx_pb.ts';
import { floatTensor, int64Tensor } from '../tensor.ts';
import { channelUse, gathered, isDense } from './channel-groups.ts';

/** Padding that would cost more than it gains: 8 channels made 16. */
const MOST_GROWTH = 1.5;

/**
 * Gives tensors between convolutions channels of zeros, up to a multiple of `block`, in place. ONNX Runtime's fast kernels work on
 * blocks of channels (16 with AVX-512, 8 with AVX): a depthwise convolution or a pooling of 24 or 58 of them falls back to slow ones, and
 * tensors are rearranged before and after. Only tensors that nothing but convolutions can see the padding of are padded, so the outputs
 * stay the same but for the order in which sums are taken.
 *
 * @returns how many tensors were padded
 */
export function alignChannels(graph: GraphProto, block: number): number {
  const constants = constantsOf(graph);
  const groups = channelGroups(graph, constants);
  const padded = new Map<string, number>();
  for (const group of groups) {
    const aligned = Math.ceil(group.channels / block) * block;
    if (aligned === group.channels || aligned > MOST_GROWTH * group.channels) continue;
    for (const name of group.tensors) padded.set(name, aligned);
  }
  if (padded.size === 0) return 0;
  graph.initializer.push(...graph.node.flatMap(node => padNode(node, constants, padded)));
  // They say the old shapes; ONNX Runtime finds the new ones.
  graph.valueInfo = graph.valueInfo.filter(({ name }) => !padded.has(name));
  const ends = [...graph.input, ...graph.output].map(({ name }) => name);
  const used = new Set([...ends, ...graph.node.flatMap(({ input }) => input)]);
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  return padded.size;
}

interface Group {
  tensors: string[];
  channels: number;
}

/** Tensors that have the same channels, made by convolutions and read by convolutions only. */
function channelGroups(graph: GraphProto, constants: Constants): Group[] {
  const parents = new Map<string, string>();
  const rootOf = (name: string) => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    if (root !== name) parents.set(name, root);
    return root;
  };
  const tie = (a: string, b: string) => {
    if (rootOf(a) !== rootOf(b)) parents.set(rootOf(a), rootOf(b));
  };
  const seen: string[] = [];
  const convolved: string[] = [];
  const counts: [string, number][] = [];
  for (const node of graph.node) {
    if (isDense(node, constants)) {
      const [outputs, inputs] = constants.floats(node.input[1])!.dims;
      counts.push([node.input[0]!, inputs!], [node.output[0]!, outputs!]);
      convolved.push(node.input[0]!, node.output[0]!);
      continue;
    }
    const taken = gathered(node, constants);
    if (taken !== undefined) {
      counts.push([node.output[0]!, taken.length]);
      continue;
    }
    const use = channelUse(node, constants);
    if (use === undefined) {
      seen.push(...node.input, ...node.output);
      continue;
    }
    const [first, ...others] = use.tied;
    for (const other of others) tie(other, first!);
    for (const { index, axis } of use.weights) counts.push([first!, constants.floats(node.input[index])!.dims[axis]!]);
  }
  seen.push(...[...graph.input, ...graph.output, ...graph.initializer].map(({ name }) => name));

  const useful = new Set(convolved.map(rootOf));
  const barred = new Set(seen.map(rootOf));
  const groups = new Map<string, Group>();
  for (const [name, channels] of counts) {
    const root = rootOf(name);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, { tensors: [], channels });
    else if (group.channels !== channels) barred.add(root);
  }
  for (const name of new Set(graph.node.flatMap(({ input, output }) => [...input, ...output]))) {
    groups.get(rootOf(name))?.tensors.push(name);
  }
  return [...groups].filter(([root]) => useful.has(root) && !barred.has(root)).map(([, group]) => group);
}

function padNode(node: NodeProto, constants: Constants, padded: ReadonlyMap<string, number>): TensorProto[] {
  const outputs = padded.get(node.output[0]!);
  const taken = gathered(node, constants);
  if (taken !== undefined) {
    if (outputs === undefined) return [];
    // Any channel will do: nobody looks at it.
    const more = Array.from({ length: outputs }, (_, index) => taken[index] ?? taken[0]!);
    node.input[1] = `${node.output[0]}/aligned_1`;
    return [int64Tensor(node.input[1], [outputs], more)];
  }
  const larger = new Map<number, Constant<Float32Array>>();
  const pad = (index: number, axis: number, channels: number | undefined) => {
    const constant = larger.get(index) ?? constants.floats(node.input[index]);
    if (channels !== undefined && constant !== undefined) larger.set(index, padAxis(constant, axis, channels));
  };
  if (isDense(node, constants)) {
    pad(1, 0, outputs);
    pad(1, 1, padded.get(node.input[0]!));
    pad(2, 0, outputs);
  } else {
    for (const { index, axis } of channelUse(node, constants)?.weights ?? []) pad(index, axis, outputs);
    const group = attributeOf(node, 'group');
    if (group !== undefined && outputs !== undefined) group.i = BigInt(outputs);
  }
  return [...larger].map(([index, { dims, values }]) => {
    node.input[index] = `${node.output[0]}/aligned_${index}`;
    return floatTensor(node.input[index]!, dims, values);
  });
}

function padAxis({ dims, values }: Constant<Float32Array>, axis: number, size: number): Constant<Float32Array> {
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const before = dims[axis]! * inner;
  const after = size * inner;
  const padded = new Float32Array((values.length / before) * after);
  for (let from = 0, to = 0; from < values.length; from += before, to += after) {
    padded.set(values.subarray(from, from + before), to);
  }
  return { dims: dims.with(axis, size), values: padded };
}
