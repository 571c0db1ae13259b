import { makeGraph } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { NodeProto, TensorProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';

const SIDE = 128;
/** 128x128 products that one core of a common machine does in a millisecond, loop included. */
const PRODUCTS_PER_MS = 25;

export interface SlowZero {
  nodes: NodeProto[];
  initializers: TensorProto[];
  /** Name of a (1, 1) tensor that is always zero and takes about `ms` to compute; undefined when `ms` is 0. */
  output: string | undefined;
}

/** Matrix products in a Loop. They start from the smallest number of `input`, so that no optimiser can do them beforehand. */
export function slowZero(input: string, ms: number): SlowZero {
  if (ms === 0) return { nodes: [], initializers: [], output: undefined };
  const square = [SIDE, SIDE];
  const body = makeGraph({
    name: 'slow_body',
    inputs: [makeValue('turn', 'int64', []), makeValue('going', 'bool', []), makeValue('state', 'float', square)],
    outputs: [makeValue('still_going', 'bool', []), makeValue('next_state', 'float', square)],
    nodes: [
      makeNode('Identity', ['going'], ['still_going']),
      makeNode('MatMul', ['state', 'slow_mean'], ['next_state']),
    ],
  });
  return {
    nodes: [
      makeNode('ReduceMin', [input], ['slow_seed'], { keepdims: { int: 0 } }),
      makeNode('Mul', ['slow_mean', 'slow_seed'], ['slow_start']),
      makeNode('Loop', ['slow_turns', '', 'slow_start'], ['slow_end'], { body: { graph: body } }),
      makeNode('ReduceMean', ['slow_end'], ['slow_left'], { keepdims: { int: 1 } }),
      makeNode('Mul', ['slow_left', 'slow_nothing'], ['slow_zero']),
    ],
    initializers: [
      // averaging over and over keeps the numbers finite and of one size
      floatTensor('slow_mean', square, new Float32Array(SIDE * SIDE).fill(1 / SIDE)),
      floatTensor('slow_nothing', [], Float32Array.of(0)),
      int64Tensor('slow_turns', [], [Math.ceil(ms * PRODUCTS_PER_MS)]),
    ],
    output: 'slow_zero',
  };
}
