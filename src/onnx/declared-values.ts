import { type GraphProto, TensorProto_DataType, type ValueInfoProto } from './onnx_pb.ts';

export interface DeclaredValue {
  name: string;
  /** `float32`, `int64` and so on. */
  type: string;
  /** Fixed sizes and the names of others; undefined where the file does not say. */
  dims: readonly (number | string)[] | undefined;
}

const NAMES: Readonly<Record<string, string>> = { FLOAT: 'float32', DOUBLE: 'float64' };

/** What must be given to run the graph: weights that are listed as inputs are left out. */
export function declaredInputs({ input, initializer }: GraphProto): DeclaredValue[] {
  const weights = new Set(initializer.map(({ name }) => name));
  return input.filter(({ name }) => !weights.has(name)).map(declared);
}

export function declaredOutputs({ output }: GraphProto): DeclaredValue[] {
  return output.map(declared);
}

/** `float32`, `int64` and so on. */
export function typeName(elementType: TensorProto_DataType): string {
  const key = TensorProto_DataType[elementType] ?? 'unknown';
  return NAMES[key] ?? key.toLowerCase();
}

function declared({ name, type }: ValueInfoProto): DeclaredValue {
  if (type?.value.case !== 'tensorType') return { name, type: type?.value.case ?? 'unknown', dims: undefined };
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map(({ value }) => {
    // Some exporters write -1 where they do not know.
    if (value.case === 'dimValue') return value.value < 0n ? '?' : Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : '?';
  });
  return { name, type: typeName(elemType), dims };
}
