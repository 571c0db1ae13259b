import {
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from './onnx_pb.ts';

export interface Constant<Values> {
  readonly dims: readonly number[];
  readonly values: Values;
}

/** The constants of a graph, by name: initialisers that no input can replace, and the values of Constant nodes. */
export interface Constants {
  /** Of float32 numbers. */
  floats(name: string | undefined): Constant<Float32Array> | undefined;
  /** Of float16 numbers. */
  halves(name: string | undefined): Constant<Float32Array> | undefined;
  /** Lists of int64 numbers, of one dimension: shapes, axes, indices. */
  ints(name: string | undefined): readonly number[] | undefined;
}

export function constantsOf({ input, initializer, node }: GraphProto): Constants {
  const tensors = new Map(initializer.map(tensor => [tensor.name, tensor]));
  for (const { name } of input) tensors.delete(name);
  for (const made of node) {
    const value = made.opType === 'Constant' ? attributeOf(made, 'value')?.t : undefined;
    if (value !== undefined) tensors.set(made.output[0]!, value);
  }
  const floats = new Map<string, Constant<Float32Array> | undefined>();
  return {
    floats(name = '') {
      if (!floats.has(name)) floats.set(name, readFloats(tensors.get(name)));
      return floats.get(name);
    },
    halves: (name = '') => readHalves(tensors.get(name)),
    ints: (name = '') => readInts(tensors.get(name)),
  };
}

export function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find(attribute => attribute.name === name);
}

/** An integer attribute, or what it is where it is not given. */
export function intAttribute(node: NodeProto, name: string, otherwise: number): number {
  return Number(attributeOf(node, name)?.i ?? otherwise);
}

function readFloats(tensor: TensorProto | undefined): Constant<Float32Array> | undefined {
  if (tensor?.dataType !== TensorProto_DataType.FLOAT || isExternal(tensor)) return undefined;
  const { rawData, floatData } = tensor;
  const values = rawData.length > 0 ? new Float32Array(aligned(rawData)) : Float32Array.from(floatData);
  return { dims: tensor.dims.map(Number), values };
}

function readHalves(tensor: TensorProto | undefined): Constant<Float32Array> | undefined {
  if (tensor?.dataType !== TensorProto_DataType.FLOAT16 || isExternal(tensor)) return undefined;
  const { rawData, int32Data } = tensor;
  const bits = rawData.length > 0 ? new Uint16Array(aligned(rawData)) : int32Data;
  return { dims: tensor.dims.map(Number), values: Float32Array.from(bits, fromHalf) };
}

/** IEEE 754's binary16. */
function fromHalf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 0x400) * 2 ** (exponent - 15);
}

function readInts(tensor: TensorProto | undefined): readonly number[] | undefined {
  if (tensor?.dataType !== TensorProto_DataType.INT64 || tensor.dims.length !== 1 || isExternal(tensor))
    return undefined;
  const { rawData, int64Data } = tensor;
  return Array.from(rawData.length > 0 ? new BigInt64Array(aligned(rawData)) : int64Data, Number);
}

function isExternal({ dataLocation }: TensorProto): boolean {
  return dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** A copy (of a Buffer, `slice` is none): raw_data may begin at any byte. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
