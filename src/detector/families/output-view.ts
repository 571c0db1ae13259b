import type { Layout } from '../gfl/split-outputs.ts';
import { pictureDims } from '../model/picture-dims.ts';
import type { Probe } from '../model/probe-graph.ts';

/** An output tensor of one picture, read as (points, channels). */
export interface OutputView {
  name: string;
  points: number;
  channels: number;
  at(point: number, channel: number): number;
}

/** The reading that the manifest's `head.layout` stands for; undefined where the shape allows none. */
export function viewOutput({ name, dims, data }: Probe['outputs'][number], layout: Layout): OutputView | undefined {
  if (dims.length < 2 || dims.length > 4) return undefined;
  if (dims.length > 2 && dims[0] !== 1) return undefined;
  const inner = pictureDims(dims);
  const channels = layout === 'points-first' ? inner.at(-1)! : inner[0]!;
  const points = data.length / channels;
  if (data.length === 0) return undefined;
  const at: OutputView['at'] =
    layout === 'points-first'
      ? (point, channel) => data[point * channels + channel]!
      : (point, channel) => data[channel * points + point]!;
  return { name, points, channels, at };
}

export interface Range {
  lowest: number;
  highest: number;
}

/** Lowest and highest value of some channels. NaN makes both NaN. */
export function rangeOf(view: OutputView, firstChannel = 0, channels = view.channels): Range {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < view.points; p++) {
    for (let c = firstChannel; c < firstChannel + channels; c++) {
      const value = view.at(p, c);
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  return { lowest, highest };
}

export function inUnitRange({ lowest, highest }: Range): boolean {
  return lowest >= -1e-6 && highest <= 1 + 1e-6;
}
