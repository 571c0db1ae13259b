import { create } from '@bufbuild/protobuf';
import { StringStringEntryProtoSchema, TensorProto_DataLocation } from './onnx_pb.ts';
import type { OnnxModel } from './parse-model.ts';

/** As ONNX Runtime does where it writes such a file. */
const MIN_BYTES = 1024;
/** Of a line of the CPU's caches. */
const ALIGNMENT = 64;

/**
 * Moves weights of 1 kB and more out of a graph, in place.
 *
 * @param location the name of the file that they will lie in, beside the graph's
 * @returns what to write to it, piece by piece
 */
export function splitWeights({ graph }: OnnxModel, location: string): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of graph.initializer) {
    const { rawData } = tensor;
    if (rawData.length < MIN_BYTES) continue;
    const places = { location, offset, length: rawData.length };
    tensor.externalData = Object.entries(places).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value: String(value) }),
    );
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.rawData = new Uint8Array();
    const gap = -rawData.length & (ALIGNMENT - 1);
    pieces.push(rawData, new Uint8Array(gap));
    offset += rawData.length + gap;
  }
  return pieces;
}
