import { create } from '@bufbuild/protobuf';
import { encodeModel, makeGraph, makeModel } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import {
  type NodeProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

/** A graph of an input (1, 3, 8, 8) `x` and an output `y`, as valid as its parts. */
export function graphOf(nodes: NodeProto[], initializers: TensorProto[] = []): Uint8Array {
  return encodeModel(
    makeModel({
      graph: makeGraph({
        name: 'hostile',
        inputs: [makeValue('x', 'float', [1, 3, 64, 64])],
        outputs: [makeValue('y', 'float', ['a', 'b', 'c', 'd'])],
        nodes,
        initializers,
      }),
      producer: { name: 'gfl-serve tests', version: '1' },
    }),
  );
}

/** A weight of the shape [1, 3, 1, 1] whose values are elsewhere. */
export function externalWeight(entries: Record<string, string>): TensorProto {
  return create(TensorProtoSchema, {
    name: 'w',
    dims: [1n, 3n, 1n, 1n],
    dataType: TensorProto_DataType.FLOAT,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  });
}

export function external(entries: Record<string, string>): Uint8Array {
  return graphOf([makeNode('Conv', ['x', 'w'], ['y'])], [externalWeight(entries)]);
}

/** Hidden in the branch of an `If`, where a careless reader does not look. */
export function externalInBranch(location: string): Uint8Array {
  const branch = (name: string, nodes: NodeProto[], initializers: TensorProto[] = []) =>
    makeGraph({ name, inputs: [], outputs: [makeValue(name, 'float', ['a'])], nodes, initializers });
  const taken = branch('taken', [makeNode('Conv', ['x', 'w'], ['taken'])], [externalWeight({ location })]);
  const other = branch('other', [makeNode('Identity', ['x'], ['other'])]);
  return graphOf(
    [
      makeNode('Cast', ['one'], ['yes'], { to: { int: TensorProto_DataType.BOOL } }),
      makeNode('If', ['yes'], ['y'], { then_branch: { graph: taken }, else_branch: { graph: other } }),
    ],
    [int64Tensor('one', [1], [1])],
  );
}

function weight(dims: bigint[], bytes: number): TensorProto {
  const rawData = new Uint8Array(bytes);
  return create(TensorProtoSchema, { name: 'w', dims, dataType: TensorProto_DataType.FLOAT, rawData });
}

/** Graphs that are readable protobuf and not to be trusted, with what must be said of them. */
export const HOSTILE_GRAPHS: [name: string, bytes: Uint8Array, message: RegExp][] = [
  [
    'a weight that claims 2^62 elements',
    graphOf([makeNode('Conv', ['x', 'w'], ['y'])], [weight([2n ** 31n, 2n ** 31n], 4)]),
    /its weight "w" claims the shape \[2147483648, 2147483648\], 18446744073709551616 bytes, and holds 4/,
  ],
  [
    'a weight of negative size',
    graphOf([makeNode('Conv', ['x', 'w'], ['y'])], [weight([1n, -3n, 1n, 1n], 4)]),
    /its weight "w" has the shape \[1, -3, 1, 1\]/,
  ],
  [
    'a cycle',
    graphOf([makeNode('Add', ['x', 'b'], ['a']), makeNode('Relu', ['a'], ['b']), makeNode('Relu', ['b'], ['y'])]),
    /ONNX Runtime cannot load the graph: .*acyclic/s,
  ],
  [
    'a value that nobody makes',
    graphOf([makeNode('Add', ['x', 'nowhere'], ['y'])]),
    /cannot load the graph: .*'nowhere'/s,
  ],
  [
    'a value that two make',
    graphOf([makeNode('Relu', ['x'], ['y']), makeNode('Relu', ['x'], ['y'])]),
    /graph\.onnx: ONNX Runtime cannot load the graph: .*two nodes with same node name \(y\)\.$/m,
  ],
  [
    'an operator of nobody',
    (() => {
      const node = makeNode('Summon', ['x'], ['y']);
      node.domain = 'acme';
      return graphOf([node]);
    })(),
    /operators that ONNX Runtime does not have \(acme::Summon\)/,
  ],
  [
    'a standard operator that there is not',
    graphOf([makeNode('Summon', ['x'], ['y'])]),
    /cannot load the graph: .*Summon/s,
  ],
  [
    'an output of 10^18 elements',
    graphOf([makeNode('ConstantOfShape', ['s'], ['y'])], [int64Tensor('s', [2], [1e9, 1e9])]),
    /cannot be tried: .*allocate/s,
  ],
  [
    'an index out of bounds',
    graphOf([makeNode('Gather', ['x', 's'], ['y'], { axis: { int: 1 } })], [int64Tensor('s', [1], [1_000_000])]),
    /cannot be tried: .*out of data bounds/s,
  ],
  [
    'a stride of nothing',
    graphOf(
      [makeNode('Conv', ['x', 'w'], ['y'], { strides: { ints: [0, 0] } })],
      [floatTensor('w', [1, 3, 1, 1], new Float32Array(3))],
    ),
    /cannot load the graph: .*strides/s,
  ],
  [
    'weights at an absolute path',
    external({ location: '/etc/passwd' }),
    /keeps weights in "\/etc\/passwd", outside its folder/,
  ],
  [
    'weights above its folder',
    external({ location: '../../../../../../etc/passwd' }),
    /keeps weights in "\.\.\/.*passwd", outside its folder, which is not read/,
  ],
  ['weights above its folder, hidden in a branch', externalInBranch('../x.bin'), /"\.\.\/x\.bin", outside its folder/],
  ['weights at a Windows path', external({ location: 'c:\\secret.bin' }), /outside its folder/],
  [
    'weights that are not there',
    external({ location: 'nowhere.bin' }),
    /keeps weights in "nowhere\.bin", which is not beside it/,
  ],
  [
    'weights that do not say where',
    external({ offset: '0' }),
    /the weight "w" is kept in another file and does not say where/,
  ],
  ['weights at no offset', external({ location: 'w.bin', offset: '-8' }), /does not say where/],
];
