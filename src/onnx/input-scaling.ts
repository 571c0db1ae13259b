import { attributeOf, type Constants, constantsOf, intAttribute } from './constants.ts';
import { declaredInputs } from './declared-values.ts';
import type { GraphProto, NodeProto } from './onnx_pb.ts';

/** What a graph does to the values of its picture before anything else: value * gain + bias, of each channel of the input. */
export interface InputScaling {
  /** (3) */
  gain: readonly number[];
  /** (3) */
  bias: readonly number[];
  /** Whether it has its channels the other way round then. */
  reversed: boolean;
}

interface Traced {
  name: string;
  /** Where the channels are, of four dimensions. */
  axis: number;
  /** (3): the input's channel at each place. */
  order: readonly number[];
  scaling: Pick<InputScaling, 'gain' | 'bias'> | undefined;
}

const AS_IT_IS = { gain: [1, 1, 1], bias: [0, 0, 0] };
const MAX_STEPS = 32;

/**
 * A normalisation that was exported with the network. undefined where the picture goes into it as it comes; a BatchNormalization is of the network.
 * Weights that are kept in other files are not read.
 */
export function inputScaling(graph: GraphProto): InputScaling | undefined {
  const [picture] = declaredInputs(graph);
  if (picture?.dims?.length !== 4) return undefined;
  const constants = constantsOf(graph);
  let traced: Traced = { name: picture.name, axis: 1, order: [0, 1, 2], scaling: undefined };
  for (let step = 0; step < MAX_STEPS; step++) {
    const { name } = traced;
    // Exports with symbolic sides ask for the shape beside.
    const users = graph.node.filter(({ input, opType }) => input.includes(name) && opType !== 'Shape');
    const next = users.length === 1 ? follow(users[0]!, traced, constants) : undefined;
    if (next === undefined) break;
    traced = next;
  }
  const reversed = traced.order.join() === '2,1,0';
  return traced.scaling || reversed ? { ...AS_IT_IS, ...traced.scaling, reversed } : undefined;
}

function follow(node: NodeProto, traced: Traced, constants: Constants): Traced | undefined {
  const name = node.output[0]!;
  switch (node.opType) {
    case 'Cast':
    case 'Identity':
    // Whole pixels of 0 to 255 are made so (float32-interface.ts).
    case 'Floor':
    case 'Max':
    case 'Min':
      return { ...traced, name };
    case 'Transpose': {
      const axis = attributeOf(node, 'perm')?.ints.map(Number).indexOf(traced.axis) ?? -1;
      return axis === -1 ? undefined : { ...traced, name, axis };
    }
    case 'Gather': {
      const order = constants.ints(node.input[1])?.map(index => traced.order[index < 0 ? index + 3 : index]!);
      const isOfChannels = (intAttribute(node, 'axis', 0) + 4) % 4 === traced.axis;
      return isOfChannels && order?.length === 3 ? { ...traced, name, order } : undefined;
    }
    case 'Slice': {
      const [starts, , axes, steps] = node.input.slice(1).map(input => constants.ints(input));
      const isWhole = starts?.length === 1 && (starts[0] === -1 || starts[0]! >= 2);
      const isReversal = isWhole && steps?.[0] === -1 && axes !== undefined && (axes[0]! + 4) % 4 === traced.axis;
      return isReversal ? { ...traced, name, order: traced.order.toReversed() } : undefined;
    }
    default: {
      const scaling = scaled(node, traced, constants);
      return scaling && { ...traced, name, scaling };
    }
  }
}

function scaled({ opType, input }: NodeProto, traced: Traced, constants: Constants): Traced['scaling'] {
  const isFirst = input[0] === traced.name;
  const beside = input[isFirst ? 1 : 0];
  const constant = perChannel(constants.floats(beside) ?? constants.halves(beside), traced);
  if (constant === undefined) return undefined;
  const { gain, bias } = traced.scaling ?? AS_IT_IS;
  switch (opType) {
    case 'Add':
      return { gain, bias: bias.map((value, c) => value + constant[c]!) };
    case 'Sub':
      return isFirst ? { gain, bias: bias.map((value, c) => value - constant[c]!) } : undefined;
    case 'Mul':
      return { gain: gain.map((value, c) => value * constant[c]!), bias: bias.map((value, c) => value * constant[c]!) };
    case 'Div':
      return isFirst
        ? { gain: gain.map((value, c) => value / constant[c]!), bias: bias.map((value, c) => value / constant[c]!) }
        : undefined;
    default:
      return undefined;
  }
}

/** One number for all, or one of each channel along its axis; given by the input's channels. */
function perChannel(constant: ReturnType<Constants['floats']>, { axis, order }: Traced): number[] | undefined {
  if (constant === undefined) return undefined;
  const { dims, values } = constant;
  if (values.length === 1) return [values[0]!, values[0]!, values[0]!];
  // Shapes are aligned at their ends.
  if (values.length !== 3 || dims[dims.length - (4 - axis)] !== 3) return undefined;
  return [0, 1, 2].map(channel => values[order.indexOf(channel)]!);
}
