import type { Session } from './session.ts';

/**
 * Runs a graph into the same buffers again and again, one for each output however many input shapes there are: what a run
 * gives is overwritten by the next. Outputs are 1.8 MB a picture for nanodet-g; buffer-pool.ts says what becomes of those
 * otherwise.
 *
 * @param names float32 outputs whose size follows from the input's; the others are not computed
 */
export function reuseOutputs(session: Session, names: readonly string[]): Session['run'] {
  /** Of each input shape. */
  const shapes = new Map<string, Record<string, readonly number[]>>();
  const buffers = new Map<string, Float32Array>();
  const sizeOf = (dims: readonly number[]) => dims.reduce((product, side) => product * side, 1);

  function viewsFor(dimsOf: Record<string, readonly number[]>) {
    return Object.fromEntries(
      Object.entries(dimsOf).map(([name, dims]) => {
        const size = sizeOf(dims);
        let buffer = buffers.get(name);
        if (buffer === undefined || buffer.length < size) {
          buffer = new Float32Array(size);
          buffers.set(name, buffer);
        }
        return [name, { data: buffer.subarray(0, size), dims }];
      }),
    );
  }

  return async (input, data, dims) => {
    const key = dims.join('x');
    const known = shapes.get(key);
    if (known !== undefined) return session.run(input, data, dims, viewsFor(known));
    const outputs = await session.run(input, data, dims);
    shapes.set(key, Object.fromEntries(names.map(name => [name, outputs[name]!.dims])));
    return outputs;
  };
}
