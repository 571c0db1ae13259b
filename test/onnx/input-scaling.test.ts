import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InputScaling, inputScaling } from '../../src/onnx/input-scaling.ts';
import { makeGraph } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import { type NodeProto, TensorProto_DataType } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

const WEIGHTS = [
  floatTensor('mean', [1, 3, 1, 1], Float32Array.of(1, 2, 3)),
  floatTensor('mean_last', [3], Float32Array.of(1, 2, 3)),
  floatTensor('of_rows', [3, 1], Float32Array.of(1, 2, 3)),
  halfTensor('mean_of_half', [1, 3, 1, 1], [0x5808, 0x5744, 0x0001]),
  halfTensor('minus_of_half', [], [0xc400]),
  floatTensor('two', [], Float32Array.of(2)),
  floatTensor('kernel', [1, 3, 1, 1], Float32Array.of(1, 1, 1)),
  int64Tensor('reversed', [3], [2, 1, 0]),
  int64Tensor('minus_one', [1], [-1]),
  int64Tensor('least', [1], [-(2 ** 62)]),
  int64Tensor('one', [1], [1]),
];

/** What PyTorch's `model.half()` makes of one; `bits` are of binary16. */
function halfTensor(name: string, dims: readonly number[], bits: readonly number[]) {
  const tensor = floatTensor(name, dims, new Float32Array(bits.length));
  tensor.dataType = TensorProto_DataType.FLOAT16;
  tensor.rawData = new Uint8Array(Uint16Array.from(bits).buffer);
  return tensor;
}

/** A chain of operators with what stands beside the picture, and a convolution behind it. */
function chain(
  steps: readonly (readonly [type: string, beside: string[], attributes?: Parameters<typeof makeNode>[3]])[],
) {
  let name = 'x';
  const nodes: NodeProto[] = steps.map(([type, beside, attributes], i) => {
    const node = makeNode(
      type,
      beside.includes('x') ? beside.map(one => (one === 'x' ? name : one)) : [name, ...beside],
      [`t${i}`],
      attributes,
    );
    name = `t${i}`;
    return node;
  });
  nodes.push(makeNode('Conv', [name, 'kernel'], ['y']));
  const inputs = [makeValue('x', 'float', [1, 3, 4, 4])];
  return makeGraph({
    name: 'chain',
    inputs,
    outputs: [makeValue('y', 'float', [1, 1, 4, 4])],
    nodes,
    initializers: WEIGHTS,
  });
}

const CASES: [string, Parameters<typeof chain>[0], Omit<InputScaling, 'reversed'> | undefined][] = [
  ['nothing', [], undefined],
  [
    'mean and deviation',
    [
      ['Sub', ['mean']],
      ['Div', ['two']],
    ],
    { gain: [0.5, 0.5, 0.5], bias: [-0.5, -1, -1.5] },
  ],
  [
    'a factor from the left',
    [
      ['Mul', ['two', 'x']],
      ['Add', ['mean']],
    ],
    { gain: [2, 2, 2], bias: [1, 2, 3] },
  ],
  [
    'behind a cast',
    [
      ['Cast', [], { to: { int: 1 } }],
      ['Sub', ['mean']],
    ],
    { gain: [1, 1, 1], bias: [-1, -2, -3] },
  ],
  [
    'of half precision, the least number of it included',
    [
      ['Cast', [], { to: { int: 10 } }],
      ['Add', ['mean_of_half']],
      ['Mul', ['minus_of_half']],
    ],
    { gain: [-4, -4, -4], bias: [-4 * 129, -4 * 116.25, -4 * 2 ** -24] },
  ],
  [
    'with channels last',
    [
      ['Transpose', [], { perm: { ints: [0, 2, 3, 1] } }],
      ['Sub', ['mean_last']],
      ['Transpose', [], { perm: { ints: [0, 3, 1, 2] } }],
      ['Div', ['two']],
    ],
    { gain: [0.5, 0.5, 0.5], bias: [-0.5, -1, -1.5] },
  ],
  [
    'in reverse by Gather',
    [
      ['Gather', ['reversed'], { axis: { int: 1 } }],
      ['Sub', ['mean']],
    ],
    { gain: [1, 1, 1], bias: [-3, -2, -1] },
  ],
  [
    'in reverse by Slice',
    [
      ['Slice', ['minus_one', 'least', 'one', 'minus_one']],
      ['Sub', ['mean']],
    ],
    { gain: [1, 1, 1], bias: [-3, -2, -1] },
  ],
  ['not of rows', [['Sub', ['of_rows']]], undefined],
  ['not what is divided by the picture', [['Div', ['two', 'x']]], undefined],
  [
    'not a BatchNormalization',
    [['BatchNormalization', ['mean_last', 'mean_last', 'mean_last', 'mean_last']]],
    undefined,
  ],
  [
    'as far as it goes',
    [
      ['Mul', ['two']],
      ['Relu', []],
      ['Mul', ['two']],
    ],
    { gain: [2, 2, 2], bias: [0, 0, 0] },
  ],
];
for (const [name, steps, expected] of CASES) {
  test(`what a graph does to its picture first: ${name}`, () => {
    const scaling = inputScaling(chain(steps));
    assert.deepEqual(scaling && { gain: [...scaling.gain], bias: scaling.bias.map(bias => bias + 0) }, expected);
  });
}

const REVERSED: Parameters<typeof chain>[0][number] = ['Gather', ['reversed'], { axis: { int: 1 } }];
const ORDERS: [string, Parameters<typeof chain>[0], boolean | undefined][] = [
  ['alone', [REVERSED], true],
  ['and a factor', [REVERSED, ['Mul', ['two']]], true],
  ['there and back', [REVERSED, ['Mul', ['two']], REVERSED], false],
  ['there and back alone', [REVERSED, REVERSED], undefined],
  ['not at all', [['Mul', ['two']]], false],
];
for (const [name, steps, reversed] of ORDERS) {
  test(`whether a graph exchanges colours: ${name}`, () => {
    assert.equal(inputScaling(chain(steps))?.reversed, reversed);
  });
}
