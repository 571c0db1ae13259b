import { BuildError } from '../build-error.ts';
import { float16ToNumber } from './float16.ts';
import type { GraphModel, TfWeight } from './graph-model.ts';

/** A tensor known before the graph runs; `values` in row-major order of `shape`. */
export interface Constant {
  kind: 'constant';
  shape: readonly number[];
  values: Float32Array | Int32Array;
}

/** Cuts the weight file into the tensors that the manifest lists, by name. Little-endian throughout. */
export function readWeights(model: GraphModel, bytes: Uint8Array): Map<string, Constant> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Map<string, Constant>();
  let offset = 0;
  for (const weight of model.weightsManifest.flatMap(group => group.weights)) {
    const read = reader(weight);
    const size = weight.shape.reduce((product, dim) => product * dim, 1);
    const end = offset + size * read.bytes;
    if (end > bytes.length)
      throw new BuildError(`The weight file ends at ${bytes.length} bytes, within '${weight.name}'.`);
    const values = new read.Values(size);
    for (let i = 0; i < size; i++) values[i] = read.at(view, offset + i * read.bytes);
    weights.set(weight.name, { kind: 'constant', shape: weight.shape, values });
    offset = end;
  }
  if (offset !== bytes.length)
    throw new BuildError(`The weight file has ${bytes.length} bytes but its manifest lists ${offset}.`);
  return weights;
}

interface Reader {
  bytes: number;
  Values: Float32ArrayConstructor | Int32ArrayConstructor;
  at(view: DataView, offset: number): number;
}

function reader({ name, dtype, quantization }: TfWeight): Reader {
  const stored = quantization?.dtype ?? dtype;
  if (dtype === 'float32' && stored === 'float16')
    return { bytes: 2, Values: Float32Array, at: (view, offset) => float16ToNumber(view.getUint16(offset, true)) };
  if (dtype === 'float32' && stored === 'float32')
    return { bytes: 4, Values: Float32Array, at: (view, offset) => view.getFloat32(offset, true) };
  if (dtype === 'int32' && stored === 'int32')
    return { bytes: 4, Values: Int32Array, at: (view, offset) => view.getInt32(offset, true) };
  throw new BuildError(`Cannot read weight '${name}': ${dtype} stored as ${stored} is not understood.`);
}
