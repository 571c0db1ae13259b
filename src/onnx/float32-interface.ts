import { typeName } from './declared-values.ts';
import { makeNode } from './node.ts';
import { type GraphProto, type NodeProto, TensorProto_DataType, type ValueInfoProto } from './onnx_pb.ts';
import { renameTensors } from './rename-tensors.ts';
import { floatTensor } from './tensor.ts';
import { unusedNames } from './unused-names.ts';

/** An input or output that was not float32. */
export interface CastTensor {
  name: string;
  /** As the file declares it: `float16`, `bool` and so on. */
  type: string;
}

const { FLOAT, FLOAT16, BFLOAT16, DOUBLE, BOOL, INT8, INT16, UINT8, UINT16, UINT32, UINT64 } = TensorProto_DataType;
/** Pixels as they are come as uint8: the graph normalises them. */
const INPUTS: readonly TensorProto_DataType[] = [FLOAT16, BFLOAT16, DOUBLE, UINT8];
/** int32 and int64 are left: class ids come as such, and JavaScript reads them. */
const OUTPUTS: readonly TensorProto_DataType[] = [...INPUTS, BOOL, INT8, INT16, UINT16, UINT32, UINT64];

/**
 * Has a graph take and give float32 where it takes another kind of float or whole pixels and gives numbers of other types, in place: exports in half precision
 * (Ultralytics' `half=True`, converters without `keep_io_types`) and with the preprocessing inside (super-gradients) do. The names stay, and what is computed inside stays as it is.
 */
export function float32Interface(graph: GraphProto): CastTensor[] {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const made = new Set(graph.node.flatMap(({ output }) => output));
  const unused = unusedNames(graph);
  const inside = new Map<string, string>();
  const cast: CastTensor[] = [];
  const before: NodeProto[] = [];
  const after: NodeProto[] = [];

  /** The type of a tensor that is to be cast; it is declared as float32 then, and has another name inside. */
  function takeOver(value: ValueInfoProto, types: readonly TensorProto_DataType[]): TensorProto_DataType | undefined {
    const type = elementType(value);
    if (type === undefined || !types.includes(type) || inside.has(value.name)) return undefined;
    inside.set(value.name, unused(`${value.name}_${typeName(type)}`));
    cast.push({ name: value.name, type: typeName(type) });
    declareFloat32(value);
    return type;
  }

  // Two nodes may not have one name.
  function castNode(from: string, to: string, type: TensorProto_DataType): NodeProto {
    const node = makeNode('Cast', [from], [to], { to: { int: type } });
    node.name = unused(`${from}_cast`);
    return node;
  }

  /** A resized picture lies between whole numbers, and a Cast cuts off. Not Round and Clip, which opsets before 11 do not have, or have otherwise. */
  function wholePixels(picture: string): string {
    const apply = (operator: string, from: string, ...values: number[]) => {
      const to = unused(`${picture}_${operator.toLowerCase()}`);
      const operands = values.map(value => floatTensor(unused(`${to}_operand`), [], Float32Array.of(value)));
      graph.initializer.push(...operands);
      before.push(makeNode(operator, [from, ...operands.map(({ name }) => name)], [to]));
      return to;
    };
    const rounded = apply('Floor', apply('Add', picture, 0.5));
    return apply('Min', apply('Max', rounded, 0), 255);
  }

  for (const value of graph.input) {
    const type = weights.has(value.name) ? undefined : takeOver(value, INPUTS);
    if (type === undefined) continue;
    const from = type === UINT8 ? wholePixels(value.name) : value.name;
    before.push(castNode(from, inside.get(value.name)!, type));
  }
  for (const value of graph.output) {
    if (inside.has(value.name))
      declareFloat32(value); // an input that is given back
    else if (made.has(value.name) && takeOver(value, OUTPUTS) !== undefined) {
      after.push(castNode(inside.get(value.name)!, value.name, FLOAT));
    }
  }
  if (cast.length === 0) return cast;
  renameTensors(graph, name => inside.get(name));
  graph.node = [...before, ...graph.node, ...after];
  return cast;
}

function elementType({ type }: ValueInfoProto): TensorProto_DataType | undefined {
  return type?.value.case === 'tensorType' ? type.value.value.elemType : undefined;
}

function declareFloat32({ type }: ValueInfoProto): void {
  if (type?.value.case === 'tensorType') type.value.value.elemType = FLOAT;
}
