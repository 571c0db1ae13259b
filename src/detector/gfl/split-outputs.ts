/** One pyramid level of one picture. `points` is columns * rows, row by row. */
export interface Level {
  stride: number;
  columns: number;
  rows: number;
  /** (points, classes), probabilities or logits as the manifest says. */
  scores: Float32Array;
  /** (points, 4, bins), logits, sides left, top, right, bottom. */
  boxes: Float32Array;
}

export interface HeadOutputs {
  bins: number;
  outputs: readonly { stride: number; scores: string; boxes: string }[];
}

/**
 * Cuts picture `index` out of the graph's outputs, `(batch, points, classes)` and `(batch, points, 4 * bins)` a level,
 * without copying. Throws when a tensor's size is not what the input size asks for.
 */
export function splitOutputs(
  tensors: Readonly<Record<string, { data: Float32Array }>>,
  head: HeadOutputs,
  input: { width: number; height: number },
  classes: number,
  batch: number,
  index: number,
): Level[] {
  return head.outputs.map(({ stride, ...names }) => {
    const columns = Math.ceil(input.width / stride);
    const rows = Math.ceil(input.height / stride);
    const cut = (name: string, channels: number) => {
      const length = columns * rows * channels;
      const data = tensors[name]?.data;
      if (data?.length !== batch * length) {
        throw new Error(
          `Output "${name}" has ${data?.length ?? 'no'} values where ${batch} x ${columns * rows} x ${channels} are expected`,
        );
      }
      return data.subarray(index * length, (index + 1) * length);
    };
    return { stride, columns, rows, scores: cut(names.scores, classes), boxes: cut(names.boxes, 4 * head.bins) };
  });
}
