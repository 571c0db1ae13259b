/**
 * Part of an output tensor that belongs to one picture: the value of `channel` at `point` is
 * `data[start + point * pointStep + channel * channelStep]`.
 */
export interface Plane {
  data: Float32Array;
  start: number;
  pointStep: number;
  channelStep: number;
}

/** One pyramid level of one picture, or all its levels where the graph gives decoded boxes. */
export interface Level {
  /** Network pixels a cell; 0 where boxes are decoded. */
  stride: number;
  /** Cells a row; cells are counted row by row. */
  columns: number;
  points: number;
  /** (points), ascending: which cell each point is; undefined: there is a point for every cell. */
  cells: Int32Array | undefined;
  /** classes channels, probabilities or logits as the manifest says. */
  scores: Plane;
  /** 4 * bins channels of logits, or 4 of distances or coordinates. */
  boxes: Plane;
}

/** Where a part of the head is found among the graph's outputs. */
export interface BoundTensor {
  output: string;
  /** First channel of the part, and the tensor's channels in all. */
  channel: number;
  channels: number;
}

/** One tensor pair (or one fused tensor twice) and the levels it holds, in order. */
export interface BoundOutput {
  scores: BoundTensor;
  boxes: BoundTensor;
  /** Empty where boxes are decoded. */
  strides: readonly number[];
}

/** Points of the grid of a pair of outputs. */
export interface KeptPoints {
  /** Ascending. */
  points: Int32Array;
  /** How many the grid has. */
  of: number;
}

export type Layout = 'points-first' | 'channels-first';

/**
 * Cuts picture `index` of a batch out of the graph's outputs, level by level, without copying.
 * Throws when a tensor's size is not what the network size asks for: that is a bug or a graph that lies.
 *
 * @param kept of each pair of outputs, the points that `tensors` hold; undefined: all of them
 */
export function splitOutputs(
  tensors: Readonly<Record<string, { data: Float32Array }>>,
  bound: readonly BoundOutput[],
  layout: Layout,
  network: { width: number; height: number },
  batch: number,
  index: number,
  kept?: readonly KeptPoints[],
): Level[] {
  return bound.flatMap(({ scores, boxes, strides }, pair) => {
    const grids = strides.map(stride => {
      const columns = Math.ceil(network.width / stride);
      return { stride, columns, count: columns * Math.ceil(network.height / stride) };
    });
    const { points: here, of: inGraph } = kept?.[pair] ?? {};
    const all = grids.length > 0 ? grids.reduce((sum, { count }) => sum + count, 0) : undefined;
    if (inGraph !== undefined && inGraph !== (all ?? inGraph)) {
      throw new Error(`Output "${scores.output}" has ${inGraph} points where ${all} are expected`);
    }
    const expected = here?.length ?? all;
    const plane = (part: BoundTensor, first: number, wanted = expected): Plane & { points: number } => {
      const { data } = tensors[part.output] ?? {};
      if (data === undefined) throw new Error(`There is no output "${part.output}"`);
      const points = data.length / part.channels / batch;
      if (!Number.isInteger(points) || points !== (wanted ?? points)) {
        throw new Error(
          `Output "${part.output}" has ${data.length} values where ${batch} x ${wanted ?? 'points'} x ${part.channels} are expected`,
        );
      }
      const start = index * points * part.channels;
      return layout === 'points-first'
        ? {
            data,
            points,
            start: start + first * part.channels + part.channel,
            pointStep: part.channels,
            channelStep: 1,
          }
        : { data, points, start: start + part.channel * points + first, pointStep: 1, channelStep: points };
    };
    if (grids.length === 0) {
      const whole = plane(scores, 0);
      const { points } = whole;
      return [{ stride: 0, columns: points, points, cells: here, scores: whole, boxes: plane(boxes, 0, points) }];
    }
    let firstCell = 0;
    let first = 0;
    return grids.map(({ stride, columns, count }) => {
      const end = here === undefined ? first + count : firstAtLeast(here, firstCell + count);
      const level = {
        stride,
        columns,
        points: end - first,
        cells: here?.subarray(first, end).map(cell => cell - firstCell),
        scores: plane(scores, first),
        boxes: plane(boxes, first),
      };
      firstCell += count;
      first = end;
      return level;
    });
  });
}

/** Where in an ascending list the first number is that is not below `limit`. */
function firstAtLeast(ascending: Int32Array, limit: number): number {
  const at = ascending.findIndex(value => value >= limit);
  return at === -1 ? ascending.length : at;
}
