import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeGraph } from '../../../src/onnx/model.ts';
import { type AttributeValue, makeNode } from '../../../src/onnx/node.ts';
import { floatTensor } from '../../../src/onnx/tensor.ts';
import { sizeSources } from '../../../src/onnx/winograd/size-source.ts';

type Attributes = Record<string, AttributeValue>;
/** An operator, and the (height, width) of its filter. */
type Operator = [opType: string, attributes: Attributes, filter?: [number, number]];

const ints = (...values: number[]): AttributeValue => ({ ints: values });
const conv = (height: number, width: number, attributes: Attributes = {}): Operator => [
  'Conv',
  attributes,
  [height, width],
];
const byOne = { pads: ints(1, 1, 1, 1) };
const byTwo = { pads: ints(2, 2, 2, 2) };

/** b is as large as a. */
const KEEPING: [string, Operator][] = [
  ['1x1', conv(1, 1)],
  ['3x3, padded by one', conv(3, 3, { ...byOne, strides: ints(1, 1), auto_pad: { string: 'NOTSET' } })],
  ['padded at one end', conv(3, 3, { pads: ints(2, 0, 0, 2) })],
  ['5x5, padded by two', conv(5, 5, byTwo)],
  ['a dilation that is padded', conv(3, 3, { ...byTwo, dilations: ints(2, 2) })],
  ['an activation', ['LeakyRelu', {}]],
  ['another order', ['ReorderOutput', { channels: { int: 58 } }]],
  ['channels side by side', ['Concat', { axis: { int: 1 } }]],
  ['channels apart', ['Split', { axis: { int: 1 } }]],
];

/** b may be of another size than a. */
const OTHERS: [string, Operator][] = [
  ['stride 2', conv(3, 3, { ...byOne, strides: ints(2, 2) })],
  ['stride 2 across', conv(3, 3, { ...byOne, strides: ints(1, 2) })],
  ['no padding', conv(3, 3)],
  ['too much padding', conv(1, 1, byOne)],
  ['too much padding down', conv(1, 1, { pads: ints(1, 0, 1, 0) })],
  ['padding across only', conv(3, 3, { pads: ints(0, 1, 0, 1) })],
  ['a dilation', conv(3, 3, { ...byOne, dilations: ints(2, 2) })],
  ['padding by name', conv(3, 3, { ...byOne, auto_pad: { string: 'VALID' } })],
  ['a filter that is no constant', ['Conv', byOne]],
  ['rows one below the other', ['Concat', { axis: { int: 2 } }]],
  ['rows apart', ['Split', { axis: { int: 2 } }]],
  ['a pool', ['MaxPool', { kernel_shape: ints(1, 1) }]],
  ['a sum, of which the other may be larger', ['Add', {}]],
  ['a Reshape', ['Reshape', {}]],
  ['channels that become the last', ['ReorderOutput', { channels: { int: 58 }, channels_last: { int: 1 } }]],
];

function sourcesIn([opType, attributes, filter]: Operator) {
  const nodes = [
    makeNode('MaxPool', ['x'], ['a']),
    makeNode(opType, ['a', 'second'], ['b', 'b2'], attributes),
    makeNode('Relu', ['b'], ['c']),
  ];
  const initializers = filter
    ? [floatTensor('second', [1, 1, ...filter], new Float32Array(filter[0] * filter[1]))]
    : [];
  return sizeSources(makeGraph({ name: 'graph', inputs: [], outputs: [], nodes, initializers }));
}

for (const [name, node] of KEEPING) {
  test(`${name}: the size is that before`, () => {
    const sourceOf = sourcesIn(node);
    assert.deepEqual(['c', 'b', 'b2', 'a'].map(sourceOf), ['a', 'a', 'a', 'a']);
  });
}

for (const [name, node] of OTHERS) {
  test(`${name}: the size is one of its own`, () => {
    const sourceOf = sourcesIn(node);
    assert.deepEqual(['c', 'b', 'a', 'x'].map(sourceOf), ['b', 'b', 'a', 'x']);
  });
}
