import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

/** What the network input means: the graph undoes it, so that only the right manifest shows it the colours. */
export interface Normalisation {
  colour: 'rgb' | 'bgr';
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

export const BGR: Normalisation = { colour: 'bgr', mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] };
export const RGB: Normalisation = { colour: 'rgb', mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
export const UNIT: Normalisation = { colour: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] };
export const RAW: Normalisation = { colour: 'rgb', mean: [0, 0, 0], std: [1, 1, 1] };

export interface FamilyGraphOptions {
  normalisation: Normalisation;
  strides: readonly number[];
  /** Channels-first maps of four dimensions are what mmdetection and Ultralytics give. */
  layout?: 'points-first' | 'channels-first';
  /** Tensors: a pair a level, one a level (boxes first), one for all levels (scores first). Default pairs. */
  form?: 'pairs' | 'fused apart' | 'fused together';
  bins: number;
  /** Default 3; more are never seen. */
  classes?: number;
  /** Of the boxes that the graph gives: they lie around their cell's middle, 3 cells wide and high, with this offset only. */
  priorOffset: 0 | 0.5;
  /** `twice`: a sigmoid too many. `product`: of two sigmoids, as in GFLv2. */
  scores?: 'probability' | 'logit' | 'twice' | 'product';
  /** Of the declared input. Default dynamic. */
  size?: { width: number; height: number };
  /** `secretly one`: declared as dynamic, and pictures of a batch are mixed up. */
  batch?: 'dynamic' | 'one' | 'secretly one';
}

/**
 * A detector of red, green and blue squares (classes 0, 1, 2) on black, of any family's shape: a cell that one pure colour
 * fills scores 0.9975 (0.995 for `product`, 0.731 for `twice`), all others next to nothing.
 */
export function familyGraph(options: FamilyGraphOptions): ModelProto {
  const { strides, form = 'pairs', size, batch = 'dynamic' } = options;
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [...weights(options)];
  const outputs: ValueInfoProto[] = [];
  const output = (name: string, rank: number) =>
    outputs.push(
      makeValue(
        name,
        'float',
        Array.from({ length: rank }, (_, i) => `${name}_${i}`),
      ),
    );

  let input = 'images';
  if (batch === 'secretly one') {
    // The rows of the batch change places, which a single picture does not notice.
    initializers.push(
      int64Tensor('last', [1], [-1]),
      int64Tensor('start', [1], [-1000]),
      int64Tensor('axis', [1], [0]),
    );
    nodes.push(makeNode('Slice', ['images', 'last', 'start', 'axis', 'last'], ['reversed']));
    input = 'reversed';
  }
  for (const stride of strides) nodes.push(...level(stride, input, options));
  const flat = options.layout !== 'channels-first';
  if (form === 'fused together') {
    initializers.push(int64Tensor('flat', [3], [0, 0, -1]));
    const parts = strides.map(s => {
      nodes.push(makeNode('Concat', [`scores_map_${s}`, `boxes_map_${s}`], [`both_${s}`], { axis: { int: 1 } }));
      nodes.push(makeNode('Reshape', [`both_${s}`, 'flat'], [`both_flat_${s}`]));
      return `both_flat_${s}`;
    });
    nodes.push(makeNode('Concat', parts, ['all'], { axis: { int: 2 } }));
    nodes.push(
      makeNode(flat ? 'Transpose' : 'Identity', ['all'], ['output'], flat ? { perm: { ints: [0, 2, 1] } } : {}),
    );
    output('output', 3);
  }
  for (const s of form === 'fused together' ? [] : strides) {
    if (form === 'fused apart') {
      nodes.push(makeNode('Concat', [`boxes_map_${s}`, `scores_map_${s}`], [`map_${s}`], { axis: { int: 1 } }));
      output(`map_${s}`, 4);
      continue;
    }
    for (const part of ['scores', 'boxes'] as const) {
      if (flat) {
        if (!initializers.some(({ name }) => name === 'flat')) initializers.push(int64Tensor('flat', [3], [0, 0, -1]));
        nodes.push(makeNode('Reshape', [`${part}_map_${s}`, 'flat'], [`${part}_flat_${s}`]));
        nodes.push(makeNode('Transpose', [`${part}_flat_${s}`], [`${part}_${s}`], { perm: { ints: [0, 2, 1] } }));
      } else nodes.push(makeNode('Identity', [`${part}_map_${s}`], [`${part}_${s}`]));
      output(`${part}_${s}`, flat ? 3 : 4);
    }
  }
  const dims = [batch === 'one' ? 1 : 'batch', 3, size?.height ?? 'height', size?.width ?? 'width'];
  const inputs = [makeValue('images', 'float', dims)];
  return makeModel({
    graph: makeGraph({ name: 'family', inputs, outputs, nodes, initializers }),
    producer: { name: 'gfl-serve tests', version: '1' },
  });
}

export function encoded(model: ModelProto): Uint8Array {
  return encodeModel(model);
}

/** Convolutions of one pixel: from the normalised colours of a cell to the logits of its classes, and to its boxes. */
export function weights({ normalisation, bins, priorOffset, classes = 3 }: FamilyGraphOptions): TensorProto[] {
  const { colour, mean, std } = normalisation;
  const perClass = [0, 1, 2].map(classId =>
    [0, 1, 2].map(channel => {
      const rgb = colour === 'rgb' ? channel : 2 - channel;
      return ((rgb === classId ? 12 : -12) * std[channel]!) / 255;
    }),
  );
  const bias = perClass.map(row => row.reduce((sum, weight, i) => sum + (weight * mean[i]!) / std[i]!, -6));
  const unseen = classes - 3;
  // Expectations, in cells: 1.5 to all sides of the middle.
  const peaks =
    priorOffset === 0.5
      ? [
          [1, 2],
          [1, 2],
          [1, 2],
          [1, 2],
        ]
      : [[1], [1], [2], [2]];
  const box = peaks.flatMap(peak => Array.from({ length: bins }, (_, bin) => (peak.includes(bin) ? 20 : 0)));
  return [
    floatTensor(
      'cls_weight',
      [classes, 3, 1, 1],
      Float32Array.from([...perClass.flat(), ...Array(3 * unseen).fill(0)]),
    ),
    floatTensor('cls_bias', [classes], Float32Array.from([...bias, ...Array(unseen).fill(-12)])),
    floatTensor('reg_weight', [4 * bins, 3, 1, 1], new Float32Array(4 * bins * 3)),
    floatTensor('reg_bias', [4 * bins], Float32Array.from(box)),
  ];
}

/** scores_map_S (batch, 3, rows, columns) and boxes_map_S (batch, 4 * bins, rows, columns). */
function level(stride: number, input: string, { scores = 'probability' }: FamilyGraphOptions): NodeProto[] {
  const s = stride;
  const one = { kernel_shape: { ints: [1, 1] } };
  const pool = { kernel_shape: { ints: [s, s] }, strides: { ints: [s, s] }, ceil_mode: { int: 1 } };
  const ends: Record<typeof scores, NodeProto[]> = {
    logit: [makeNode('Identity', [`logits_${s}`], [`scores_map_${s}`])],
    probability: [makeNode('Sigmoid', [`logits_${s}`], [`scores_map_${s}`])],
    twice: [
      makeNode('Sigmoid', [`logits_${s}`], [`once_${s}`]),
      makeNode('Sigmoid', [`once_${s}`], [`scores_map_${s}`]),
    ],
    product: [
      makeNode('Sigmoid', [`logits_${s}`], [`class_${s}`]),
      makeNode('Sigmoid', [`logits_${s}`], [`quality_${s}`]),
      makeNode('Mul', [`class_${s}`, `quality_${s}`], [`scores_map_${s}`]),
    ],
  };
  return [
    makeNode('AveragePool', [input], [`cells_${s}`], pool),
    makeNode('Conv', [`cells_${s}`, 'cls_weight', 'cls_bias'], [`logits_${s}`], one),
    ...ends[scores],
    makeNode('Conv', [`cells_${s}`, 'reg_weight', 'reg_bias'], [`boxes_map_${s}`], one),
  ];
}
