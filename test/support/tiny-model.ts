import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { NodeProto, TensorProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { slowZero } from './slow-zero.ts';

export const TINY_LABELS = ['red', 'green', 'blue'] as const;
export const TINY_BINS = 8;
export const TINY_STRIDES = [8, 16] as const;

/**
 * Every cell of every level has the same general distribution. Expectation and standard deviation of each edge in stride
 * units: left 1 and 0, top 1.5 and 0.5, right 2 and 0, bottom 3 and 1 (all within 1e-6).
 */
export const TINY_DISTANCES = { left: 1, top: 1.5, right: 2, bottom: 3 } as const;
export const TINY_SIGMAS = { left: 0, top: 0.5, right: 0, bottom: 1 } as const;
/** The bins that share all probability, equally. */
const PEAKS = [[1], [1, 2], [2], [2, 4]] as const;

export interface TinyModelOptions {
  /** Default `tiny`. */
  name?: string;
  /** Side of the square network input in pixels, a multiple of 32. Default 64. */
  size?: number;
  /** Every inference takes very roughly this long in milliseconds (a factor of 3 either way), whatever the batch. Default 0. */
  slowMs?: number;
}

/**
 * Joint score of a class in a cell of which the fraction `cover` has exactly that colour (255) and the rest is black:
 * 0.0025 for none, 0.5 for half, 0.9975 for all. White and grey score below 0.003 everywhere.
 */
export function tinyScore(cover: number): number {
  return 1 / (1 + Math.exp(6 - 12 * cover));
}

/**
 * Writes a complete model folder (model.json, labels.txt, model.onnx) and returns the path of its model.json. No self-check.
 *
 * A pure red, green or blue region on black scores `tinyScore(cover)` for its class in the cells it covers. An 8x8 square
 * that fills one cell of stride 8, with the picture of the input's size, is therefore exactly one detection above 0.05:
 * centre (column + 0.5) * 8, (row + 0.5) * 8, edges `TINY_DISTANCES` * 8 pixels away.
 */
export async function writeTinyModel(folder: string, options: TinyModelOptions = {}): Promise<string> {
  const { name = 'tiny', size = 64, slowMs = 0 } = options;
  const graph = tinyGraph(slowMs);
  const manifest = {
    name,
    version: '1',
    license: 'Apache-2.0',
    source: 'made by test/support/tiny-model.ts',
    labels: 'labels.txt',
    graph: { file: 'model.onnx', sha256: createHash('sha256').update(graph).digest('hex') },
    input: {
      tensor: 'input',
      width: size,
      height: size,
      dynamic: { batch: true, spatial: true, multipleOf: 32 },
      resize: { fit: 'letterbox', position: 'centre', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
      colour: 'rgb',
      scale: 1,
      mean: [0, 0, 0],
      std: [255, 255, 255],
    },
    head: {
      strides: [...TINY_STRIDES],
      bins: TINY_BINS,
      priorOffset: 0.5,
      scores: 'probability',
      boxes: 'logits',
      outputs: TINY_STRIDES.map(stride => ({ stride, scores: `cls_${stride}`, boxes: `reg_${stride}` })),
    },
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), graph);
  await writeFile(join(folder, 'labels.txt'), `${TINY_LABELS.join('\n')}\n`);
  const manifestPath = join(folder, 'model.json');
  await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifestPath;
}

/** input is (batch, 3, height, width), cls_S (batch, points, 3) probabilities, reg_S (batch, points, 4 * bins) logits. */
function tinyGraph(slowMs: number): Uint8Array {
  const slow = slowZero('input', slowMs);
  const nodes: NodeProto[] = [...slow.nodes];
  const initializers: TensorProto[] = [...slow.initializers, ...headInitializers()];
  for (const stride of TINY_STRIDES) nodes.push(...level(stride, slow.output));
  const graph = makeGraph({
    name: 'tiny',
    inputs: [makeValue('input', 'float', ['batch', 3, 'height', 'width'])],
    outputs: TINY_STRIDES.flatMap(stride => [
      makeValue(`cls_${stride}`, 'float', ['batch', `points_${stride}`, TINY_LABELS.length]),
      makeValue(`reg_${stride}`, 'float', ['batch', `points_${stride}`, 4 * TINY_BINS]),
    ]),
    nodes,
    initializers,
  });
  return encodeModel(makeModel({ graph, producer: { name: 'gfl-serve tests', version: '1' } }));
}

function headInitializers(): TensorProto[] {
  const distribution = PEAKS.flatMap(bins =>
    Array.from({ length: TINY_BINS }, (_, bin) => (bins.includes(bin as never) ? 20 : 0)),
  );
  return [
    // one colour less the two others, so that white and grey are no class
    floatTensor('cls_weight', [3, 3, 1, 1], Float32Array.of(12, -12, -12, -12, 12, -12, -12, -12, 12)),
    floatTensor('cls_bias', [3], Float32Array.of(-6, -6, -6)),
    floatTensor('reg_weight', [4 * TINY_BINS, 3, 1, 1], new Float32Array(4 * TINY_BINS * 3)),
    floatTensor('reg_bias', [4 * TINY_BINS], Float32Array.from(distribution)),
    int64Tensor('flat', [3], [0, 0, -1]),
  ];
}

function level(stride: number, zero: string | undefined): NodeProto[] {
  const s = stride;
  const cells = zero === undefined ? `mean_${s}` : `cells_${s}`;
  return [
    makeNode('AveragePool', ['input'], [`mean_${s}`], { kernel_shape: { ints: [s, s] }, strides: { ints: [s, s] } }),
    ...(zero === undefined ? [] : [makeNode('Add', [`mean_${s}`, zero], [cells])]),
    makeNode('Conv', [cells, 'cls_weight', 'cls_bias'], [`cls_logits_${s}`], { kernel_shape: { ints: [1, 1] } }),
    makeNode('Sigmoid', [`cls_logits_${s}`], [`cls_map_${s}`]),
    makeNode('Reshape', [`cls_map_${s}`, 'flat'], [`cls_flat_${s}`]),
    makeNode('Transpose', [`cls_flat_${s}`], [`cls_${s}`], { perm: { ints: [0, 2, 1] } }),
    makeNode('Conv', [cells, 'reg_weight', 'reg_bias'], [`reg_map_${s}`], { kernel_shape: { ints: [1, 1] } }),
    makeNode('Reshape', [`reg_map_${s}`, 'flat'], [`reg_flat_${s}`]),
    makeNode('Transpose', [`reg_flat_${s}`], [`reg_${s}`], { perm: { ints: [0, 2, 1] } }),
  ];
}
