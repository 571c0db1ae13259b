import { makeNode } from './node.ts';
import { type GraphProto, type NodeProto, TensorProto_DataType, type ValueInfoProto } from './onnx_pb.ts';

/** An input or output that was not float32. */
export interface CastTensor {
  name: string;
  /** As the file declares it: `float16`, `bool` and so on. */
  type: string;
}

const { FLOAT, FLOAT16, BFLOAT16, DOUBLE, BOOL, INT8, INT16, UINT8, UINT16, UINT32, UINT64 } = TensorProto_DataType;
const INPUTS: readonly TensorProto_DataType[] = [FLOAT16, BFLOAT16, DOUBLE];
/** int32 and int64 are left: class ids come as such, and JavaScript reads them. */
const OUTPUTS: readonly TensorProto_DataType[] = [...INPUTS, BOOL, INT8, INT16, UINT8, UINT16, UINT32, UINT64];

/**
 * Has a graph take and give float32 where it takes float16 or another kind of float and gives numbers of other types, in place: exports in half precision
 * (Ultralytics' `half=True`, converters without `keep_io_types`) do. The names stay, and what is computed inside stays as it is.
 */
export function float32Interface(graph: GraphProto): CastTensor[] {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const made = new Set(graph.node.flatMap(({ output }) => output));
  const names = new Set([...weights, ...made, ...graph.node.flatMap(({ input, name }) => [...input, name])]);
  const cast: CastTensor[] = [];

  /** Renames the tensor inside; returns its new name and type when it is one of `types`. */
  function takeOver(value: ValueInfoProto, types: readonly TensorProto_DataType[]) {
    if (value.type?.value.case !== 'tensorType') return undefined;
    const tensor = value.type.value.value;
    const type: TensorProto_DataType = tensor.elemType;
    if (!types.includes(type)) return undefined;
    const name = TensorProto_DataType[type]!.toLowerCase().replace('double', 'float64');
    const inside = unused(`${value.name}_${name}`);
    rename(graph, value.name, inside);
    tensor.elemType = FLOAT;
    cast.push({ name: value.name, type: name });
    return { inside, type };
  }

  function unused(name: string): string {
    if (names.has(name)) return unused(`${name}_`);
    names.add(name);
    return name;
  }

  // Two nodes may not have one name.
  function castNode(from: string, to: string, type: TensorProto_DataType): NodeProto {
    return { ...makeNode('Cast', [from], [to], { to: { int: type } }), name: unused(`${from}_cast`) };
  }

  for (const value of graph.input) {
    const taken = weights.has(value.name) ? undefined : takeOver(value, INPUTS);
    if (taken !== undefined) graph.node.unshift(castNode(value.name, taken.inside, taken.type));
  }
  for (const value of graph.output) {
    const taken = made.has(value.name) ? takeOver(value, OUTPUTS) : undefined;
    if (taken !== undefined) graph.node.push(castNode(taken.inside, value.name, FLOAT));
  }
  return cast;
}

/** In nodes, those of branches and loops too, which name tensors of the graph around them; what a graph takes and gives keeps its name. */
function rename(graph: GraphProto, from: string, to: string): void {
  const renamed = (name: string) => (name === from ? to : name);
  for (const node of graph.node) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
    for (const { g, graphs } of node.attribute) {
      for (const inner of g === undefined ? graphs : [g, ...graphs]) rename(inner, from, to);
    }
  }
  for (const value of graph.valueInfo) value.name = renamed(value.name);
}
