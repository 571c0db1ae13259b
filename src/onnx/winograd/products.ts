import type { AttributeProto } from '../onnx_pb.ts';
import type { BlockedNodes } from './blocked-nodes.ts';
import { INPUT, TILE } from './f4x3.ts';

export type Direction = 'rows' | 'columns';

/** The six transformed inputs of F(4, 3) in one direction, in which they are a quarter as long, rounded up. */
export function transformInput(to: BlockedNodes, input: string, channels: number, direction: Direction): string[] {
  const along = <T>(value: T, across: T): [T, T] => (direction === 'rows' ? [value, across] : [across, value]);
  return INPUT.map(({ taps, dilation, pads: [before, after] }) =>
    to.convolveEach({
      input,
      channels,
      taps,
      size: along(taps.length, 1),
      pads: [...along(before, 0), ...along(after, 0)],
      strides: along(TILE, 1),
      dilations: along<number>(dilation, 1),
    }),
  );
}

export interface Products {
  channels: number;
  /** m1 to m4. */
  middle: readonly [string, string, string, string];
  /** Writes m0 or m5 with `sum` and the activation applied to it. */
  endWith(product: 0 | 5, sum: string): string;
  activation: readonly AttributeProto[];
}

/** Products of F(4, 3) -> its four outputs, with the activation applied to them. */
export function combineProducts(to: BlockedNodes, { channels, middle, endWith, activation }: Products): string[] {
  const [m1, m2, m3, m4] = middle;
  const addScaled = (a: string, scale: number, b: string, then: readonly AttributeProto[]) =>
    to.convolveEach({ input: b, channels, taps: [scale], size: [1, 1], sum: a, activation: then });
  const s12 = to.write('Add', [m1, m2]);
  const d12 = to.write('Sub', [m1, m2]);
  const s34 = to.write('Add', [m3, m4]);
  const d34 = to.write('Sub', [m3, m4]);
  return [
    endWith(0, to.write('Add', [s12, s34])),
    addScaled(d12, 2, d34, activation),
    addScaled(s12, 4, s34, activation),
    endWith(5, addScaled(d12, 8, d34, [])),
  ];
}
