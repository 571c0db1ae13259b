import type { BufferPool } from '../memory/buffer-pool.ts';

/**
 * The network input of several pictures of one shape, one after the other: a batch.
 *
 * @param memory to be given the buffer back when the batch has been run
 */
export function concatenate(
  pictures: readonly { tensor: Float32Array }[],
  memory: BufferPool,
): Float32Array<ArrayBuffer> {
  const length = pictures.reduce((sum, { tensor }) => sum + tensor.length, 0);
  const whole = new Float32Array(memory.take(length * Float32Array.BYTES_PER_ELEMENT), 0, length);
  let at = 0;
  for (const { tensor } of pictures) {
    whole.set(tensor, at);
    at += tensor.length;
  }
  return whole;
}
