import { everyTensor } from './every-tensor.ts';
import { type ModelProto, type TensorProto, TensorProto_DataLocation } from './onnx_pb.ts';
import { OnnxError } from './onnx-error.ts';

/** A tensor whose values are in another file. */
export interface ExternalTensor {
  tensor: TensorProto;
  /** As the file says it, unchecked: it may point anywhere. */
  location: string;
  offset: number;
  /** undefined: to the end of the file. */
  length: number | undefined;
}

/** Throws `OnnxError` for one that does not say where its values are. */
export function externalTensors(model: ModelProto): ExternalTensor[] {
  const found: ExternalTensor[] = [];
  for (const tensor of everyTensor(model)) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const entry = (key: string) => tensor.externalData.find(other => other.key === key)?.value;
    const location = entry('location');
    const offset = bytes(entry('offset') ?? '0');
    const length = entry('length');
    if (location === undefined || location === '' || offset === undefined) throw lost(tensor.name);
    found.push({ tensor, location, offset, length: length === undefined ? undefined : required(length, tensor.name) });
  }
  return found;
}

function required(text: string, name: string): number {
  const value = bytes(text);
  if (value === undefined) throw lost(name);
  return value;
}

function bytes(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function lost(name: string): OnnxError {
  return new OnnxError(`the weight "${name}" is kept in another file and does not say where`);
}
