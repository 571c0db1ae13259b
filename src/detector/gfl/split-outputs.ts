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
  /** Cells a row; points are counted row by row. */
  columns: number;
  points: number;
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

export type Layout = 'points-first' | 'channels-first';

/**
 * Cuts picture `index` of a batch out of the graph's outputs, level by level, without copying.
 * Throws when a tensor's size is not what the network size asks for: that is a bug or a graph that lies.
 */
export function splitOutputs(
  tensors: Readonly<Record<string, { data: Float32Array }>>,
  bound: readonly BoundOutput[],
  layout: Layout,
  network: { width: number; height: number },
  batch: number,
  index: number,
): Level[] {
  return bound.flatMap(({ scores, boxes, strides }) => {
    const grids = strides.map(stride => ({
      stride,
      columns: Math.ceil(network.width / stride),
      rows: Math.ceil(network.height / stride),
    }));
    const expected = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
    const plane = (part: BoundTensor, first: number): Plane & { points: number } => {
      const data = tensors[part.output]?.data ?? new Float32Array();
      const points = data.length / part.channels / batch;
      if (points === 0 || !Number.isInteger(points) || (grids.length > 0 && points !== expected)) {
        throw new Error(
          `Output "${part.output}" has ${data.length} values where ${batch} x ${grids.length > 0 ? expected : 'points'} x ${part.channels} are expected`,
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
      return [{ stride: 0, columns: whole.points, points: whole.points, scores: whole, boxes: plane(boxes, 0) }];
    }
    let first = 0;
    return grids.map(({ stride, columns, rows }) => {
      const level = {
        stride,
        columns,
        points: columns * rows,
        scores: plane(scores, first),
        boxes: plane(boxes, first),
      };
      first += level.points;
      return level;
    });
  });
}
