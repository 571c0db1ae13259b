import { externalTensors } from './external-data.ts';
import { TensorProto_DataLocation, TensorProto_DataType } from './onnx_pb.ts';
import type { OnnxModel } from './parse-model.ts';

/** The first IR in which weights need not be listed as inputs. */
const IR_WITH_CONSTANT_WEIGHTS = 4n;

export interface Changes {
  /** Weights that were listed as inputs, and so could have been replaced from outside: ONNX Runtime folds no such constant. */
  unlisted: number;
  /** Weights brought in from other files. */
  inlined: number;
}

/**
 * Makes a graph one file whose weights are constants, in place.
 *
 * @param read the bytes of an external tensor; throws for a place it must not read from
 */
export async function selfContained(
  model: OnnxModel,
  read: (location: string, offset: number, length: number | undefined) => Promise<Uint8Array>,
): Promise<Changes> {
  const { graph } = model;
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const listed = graph.input.length;
  graph.input = graph.input.filter(({ name }) => !weights.has(name));
  if (model.irVersion < IR_WITH_CONSTANT_WEIGHTS) model.irVersion = IR_WITH_CONSTANT_WEIGHTS;

  const external = externalTensors(model);
  for (const { tensor, location, offset, length } of external) {
    tensor.rawData = await read(location, offset, length);
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  }
  // Paddle writes floats one by one, which takes fifty times as long to read.
  for (const tensor of graph.initializer) {
    if (tensor.dataType !== TensorProto_DataType.FLOAT || tensor.floatData.length === 0) continue;
    tensor.rawData = new Uint8Array(Float32Array.from(tensor.floatData).buffer);
    tensor.floatData = [];
  }
  return { unlisted: listed - graph.input.length, inlined: external.length };
}
