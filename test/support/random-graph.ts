import type { GraphParts } from '../../src/onnx/model.ts';
import { makeNode } from '../../src/onnx/node.ts';
import type { NodeProto, TensorProto } from '../../src/onnx/onnx_pb.ts';
import { floatTensor, int64Tensor } from '../../src/onnx/tensor.ts';
import { makeValue } from '../../src/onnx/value.ts';
import { seededRandom } from './random.ts';

interface Made {
  name: string;
  channels: number;
  side: number;
}

/** Where shapes are written into a graph. */
export const INPUT_SIDE = 16;

/**
 * A network of the operators that detectors are made of, put together at random; it takes `x` of shape [1, 3, 16, 16], or unless
 * `fixed` of any [batch, 3, height, width] with sides that are multiples of 16.
 */
export function randomGraph(seed: number, fixed: boolean, steps = 20): GraphParts {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const made: Made[] = [{ name: 'x', channels: 3, side: INPUT_SIDE }];
  const any = () => made[Math.max(0, made.length - 1 - below(3))]!;
  const channelCount = () => [4, 8, 12, 16, 20, 24, 29, 44, 58][below(9)]!;

  function add(
    op: string,
    inputs: string[],
    attributes: Parameters<typeof makeNode>[3],
    channels: number,
    side: number,
  ): Made {
    const name = `t${nodes.length}`;
    nodes.push(makeNode(op, inputs, [name], attributes));
    const tensor = { name, channels, side };
    made.push(tensor);
    return tensor;
  }
  function floats(dims: number[], scale: number, offset = 0): string {
    const values = Float32Array.from(
      { length: dims.reduce((a, b) => a * b, 1) },
      () => offset + (random() * 2 - 1) * scale,
    );
    const name = `w${initializers.length}`;
    initializers.push(floatTensor(name, dims, values));
    return name;
  }
  function ints(values: number[]): string {
    const name = `i${initializers.length}`;
    initializers.push(int64Tensor(name, [values.length], values));
    return name;
  }
  const number = (value: number) => floats([], 0, value);

  function conv(from: Made, channels: number, depthwise: boolean): Made {
    const kernel = depthwise || below(2) === 0 ? 3 : 1;
    const stride = from.side >= 8 && below(4) === 0 ? 2 : 1;
    const taken = depthwise ? 1 : from.channels;
    const weight = floats([channels, taken, kernel, kernel], Math.sqrt(3 / (taken * kernel * kernel)));
    const inputs = [from.name, weight, ...(below(4) === 0 ? [] : [floats([channels], 0.5)])];
    const pads = Array<number>(4).fill((kernel - 1) / 2);
    const attributes = {
      group: { int: depthwise ? channels : 1 },
      kernel_shape: { ints: [kernel, kernel] },
      pads: { ints: pads },
    };
    const side = Math.ceil(from.side / stride);
    return add('Conv', inputs, { ...attributes, strides: { ints: [stride, stride] } }, channels, side);
  }
  function hardSwish({ name, channels, side }: Made): void {
    const clip = add(
      'Clip',
      [add('Add', [name, number(3)], {}, channels, side).name, number(0), number(6)],
      {},
      channels,
      side,
    );
    const product = add('Mul', [name, clip.name], {}, channels, side);
    if (below(2) === 0) add('Div', [product.name, number(6)], {}, channels, side);
    else add('Mul', [number(1 / 6), product.name], {}, channels, side);
  }
  /** Two tensors joined, shuffled in two groups and parted: a block of ShuffleNet. */
  function shuffle(a: Made): void {
    const b = conv(a, a.channels, true);
    if (b.side !== a.side) return;
    const channels = 2 * a.channels;
    let all = add('Concat', [a.name, b.name], { axis: { int: 1 } }, channels, a.side);
    const { side } = a;
    if (fixed && below(2) === 0) {
      const apart = add('Reshape', [all.name, ints([1, 2, a.channels, side, side])], {}, channels, side);
      const turned = add('Transpose', [apart.name], { perm: { ints: [0, 2, 1, 3, 4] } }, channels, side);
      made.splice(-2); // of five dimensions
      all = add('Reshape', [turned.name, ints([1, channels, side, side])], {}, channels, side);
    } else {
      const order = Array.from({ length: channels }, (_, to) => (to % 2) * a.channels + (to >> 1));
      all = add('Gather', [all.name, ints(order)], { axis: { int: 1 } }, channels, side);
    }
    if (below(3) > 0) {
      const half = add('Slice', [all.name, ints([a.channels]), ints([channels]), ints([1])], {}, a.channels, side);
      conv(half, 20, false);
    } else {
      const halves = ['l', 'r'].map(end => ({ name: `t${nodes.length}${end}`, channels: a.channels, side }));
      const sizes = below(2) === 0 ? [ints([a.channels, a.channels])] : [];
      nodes.push(
        makeNode(
          'Split',
          [all.name, ...sizes],
          halves.map(({ name }) => name),
          { axis: { int: 1 } },
        ),
      );
      made.push(...halves);
      conv(halves[1]!, 20, false);
    }
    // The whole is not offered again: a shuffle that something else uses stays one.
    if (below(4) > 0) made.splice(made.indexOf(all), 1);
  }

  /** Rows of scores and boxes of the last tensors, each a level, as NanoDet, NanoDet-Plus and PicoDet end. */
  function heads(): string[] {
    const classes = [1, 5, 12][below(3)]!;
    const bins = [1, 8, 11][below(3)]!;
    const channels = classes + 4 * bins;
    const isJoined = below(2) === 0;
    const hasOneConv = below(2) === 0;
    const rows = (tensor: string, axes: number, to: string) => {
      nodes.push(makeNode('Reshape', [tensor, ints([0, axes, -1])], [`${to}.flat`]));
      return `${to}.flat`;
    };
    const turned = (tensor: string, to: string) => {
      nodes.push(makeNode('Transpose', [tensor], [to], { perm: { ints: [0, 2, 1] } }));
      return to;
    };
    const levels = made.slice(-1 - below(3)).map((from, level) => {
      const [scores, boxes] = ['scores', 'boxes'].map(end => `head${level}.${end}`) as [string, string];
      if (hasOneConv) {
        const both = conv(from, channels, false);
        const sizes = ints([classes, 4 * bins]);
        nodes.push(makeNode('Split', [both.name, sizes], [`${scores}.logits`, boxes], { axis: { int: 1 } }));
        nodes.push(makeNode('Sigmoid', [`${scores}.logits`], [scores]));
        return { scores, boxes };
      }
      const weight = (outputs: number) => floats([outputs, from.channels, 1, 1], Math.sqrt(3 / from.channels));
      nodes.push(makeNode('Conv', [from.name, weight(classes)], [`${scores}.logits`]));
      nodes.push(makeNode('Sigmoid', [`${scores}.logits`], [scores]));
      nodes.push(makeNode('Conv', [from.name, weight(4 * bins)], [boxes]));
      return { scores, boxes };
    });
    if (!isJoined) {
      return levels.flatMap(({ scores, boxes }, level) => [
        turned(rows(scores, classes, scores), `head${level}.0`),
        turned(rows(boxes, 4 * bins, boxes), `head${level}.1`),
      ]);
    }
    const flat = levels.map(({ scores, boxes }, level) => {
      nodes.push(makeNode('Concat', [scores, boxes], [`head${level}`], { axis: { int: 1 } }));
      return rows(`head${level}`, channels, `head${level}`);
    });
    nodes.push(makeNode('Concat', flat, ['heads'], { axis: { int: 2 } }));
    return [turned('heads', 'rows')];
  }

  for (let step = 0; step < steps; step++) {
    const from = any();
    const { name, channels, side } = from;
    switch (below(15)) {
      case 0:
      case 1:
      case 2:
        conv(from, channelCount(), false);
        break;
      case 3:
      case 4:
        conv(from, channels, true);
        break;
      case 5:
        add(['Relu', 'Sigmoid', 'HardSigmoid', 'Tanh', 'Softplus'][below(5)]!, [name], {}, channels, side);
        break;
      case 6:
        add('LeakyRelu', [name], { alpha: { float: 0.1 } }, channels, side);
        break;
      case 7:
        hardSwish(from);
        break;
      case 8: {
        const window = { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } };
        add(below(2) === 0 ? 'MaxPool' : 'AveragePool', [name], window, channels, side);
        break;
      }
      case 9: {
        const pooled = add('GlobalAveragePool', [name], {}, channels, 1);
        const gate = add('HardSigmoid', [conv(conv(pooled, 12, false), channels, false).name], {}, channels, 1);
        add('Mul', [name, gate.name], {}, channels, side);
        break;
      }
      case 10: {
        const other = made.find(tensor => tensor.side === side && tensor.channels === channels)!;
        add(['Add', 'Sub', 'Mul'][below(3)]!, [name, other.name], {}, channels, side);
        break;
      }
      case 11:
        if (below(2) === 0) add('Add', [floats([channels, 1, 1], 0.5), name], {}, channels, side);
        else {
          const [scale, bias, mean] = [floats([channels], 0.2, 1), floats([channels], 0.2), floats([channels], 0.2)];
          add('BatchNormalization', [name, scale, bias, mean, floats([channels], 0.2, 1)], {}, channels, side);
        }
        break;
      case 12: {
        if (side >= 16) break;
        const scales = `w${initializers.length}`;
        initializers.push(floatTensor(scales, [4], Float32Array.of(1, 1, 2, 2)));
        add('Resize', [name, '', scales], { mode: { string: 'nearest' } }, channels, 2 * side);
        break;
      }
      case 13: {
        if (side < 8) break;
        const scales = `w${initializers.length}`;
        initializers.push(floatTensor(scales, [4], Float32Array.of(1, 1, 0.5, 0.5)));
        const coordinates = ['half_pixel', 'pytorch_half_pixel', 'asymmetric'][below(3)]!;
        const attributes = { mode: { string: 'linear' }, coordinate_transformation_mode: { string: coordinates } };
        add('Resize', [name, '', scales], attributes, channels, side / 2);
        break;
      }
      default:
        shuffle(from);
    }
  }
  const rows = heads();
  const read = new Set([...nodes.flatMap(({ input }) => input), ...rows]);
  const ends = nodes.flatMap(({ output }) => output).filter(name => !read.has(name) || random() < 0.05);
  return {
    name: `random ${seed}`,
    inputs: [makeValue('x', 'float', fixed ? [1, 3, INPUT_SIDE, INPUT_SIDE] : ['n', 3, 'h', 'w'])],
    outputs: [
      // Of each its own sizes: ONNX Runtime takes those of one name for equal.
      ...ends.map(name => makeValue(name, 'float', ['n', `c of ${name}`, `h of ${name}`, `w of ${name}`])),
      ...rows.map(name => makeValue(name, 'float', ['n', `points of ${name}`, `channels of ${name}`])),
    ],
    nodes,
    initializers,
  };
}
