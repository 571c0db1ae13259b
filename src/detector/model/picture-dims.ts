/** The dimensions of one picture in those of an output. Exports for a single picture may leave the batch out: two have none. */
export function pictureDims<T>(dims: readonly T[]): readonly T[] {
  return dims.length === 2 ? dims : dims.slice(1);
}
