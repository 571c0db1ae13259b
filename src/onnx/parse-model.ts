import { elementBytes } from './element-bytes.ts';
import { everyTensor } from './every-tensor.ts';
import { otherFileKind } from './file-kind.ts';
import { decodeModel } from './model.ts';
import { type GraphProto, type ModelProto, type TensorProto, TensorProto_DataLocation } from './onnx_pb.ts';
import { OnnxError } from './onnx-error.ts';

export type OnnxModel = ModelProto & { graph: GraphProto };

/**
 * Bytes from anywhere -> a model that has a graph with nodes, and weights as large as they claim. Whether the graph makes
 * sense is left to ONNX Runtime. Throws `OnnxError`.
 */
export function parseModel(bytes: Uint8Array): OnnxModel {
  if (bytes.length === 0) throw new OnnxError('it is empty');
  const kind = otherFileKind(bytes);
  if (kind !== undefined) throw new OnnxError(`it is no ONNX file but ${kind}`);
  const model = decode(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) throw new OnnxError('it holds no ONNX graph');
  for (const tensor of everyTensor(model)) checkSize(tensor);
  // A copy by spreading would lose the defaults, which lie in the message's prototype.
  return Object.assign(model, { graph });
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    const { message } = cause as Error;
    // Messages inside messages without end exhaust the stack: a RangeError as well.
    const reason = message === 'premature EOF' ? 'it breaks off, as a download does that was cut short' : message;
    throw new OnnxError(`it is no ONNX file, or a damaged one (${reason})`, { cause });
  }
}

function checkSize(tensor: TensorProto): void {
  if (tensor.dims.some(dim => dim < 0n)) {
    throw new OnnxError(`its weight "${tensor.name}" has the shape [${tensor.dims.join(', ')}]`);
  }
  if (tensor.rawData.length === 0 || tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) return;
  const claimed = elementBytes(tensor.dataType);
  if (claimed === undefined) return;
  const expected = tensor.dims.reduce((product, dim) => product * dim, 1n) * BigInt(claimed);
  if (expected !== BigInt(tensor.rawData.length)) {
    throw new OnnxError(
      `its weight "${tensor.name}" claims the shape [${tensor.dims.join(', ')}], ${expected} bytes, and holds ${tensor.rawData.length}`,
    );
  }
}
