import type { Dice } from '../dice.ts';

/** Of a PNG or a WebP. */
export interface Chunk {
  type: string;
  data: Buffer;
}

/** Ways in which `mutateChunks` changes where chunks are. */
export const CHUNK_MOVES = 5;

/**
 * Drops the chunk at `at`, repeats it, swaps it, adds one of nonsense, or puts one of another picture in its place, as `move`
 * says, 0 to 4. In place.
 *
 * @param others the chunks of another picture
 */
export function mutateChunks(
  chunks: Chunk[],
  at: number,
  move: number,
  { dice, kinds, others }: { dice: Dice; kinds: readonly string[]; others: () => Chunk[] },
): void {
  const chosen = chunks[at]!;
  switch (move) {
    case 0:
      chunks.splice(at, 1);
      break;
    case 1:
      chunks.splice(dice.int(chunks.length + 1), 0, chosen);
      break;
    case 2: {
      const to = dice.int(chunks.length);
      [chunks[at], chunks[to]] = [chunks[to]!, chosen];
      break;
    }
    case 3:
      chunks.splice(dice.int(chunks.length + 1), 0, { type: dice.pick(kinds), data: dice.bytes(dice.int(40)) });
      break;
    default: {
      const theirs = others();
      if (theirs.length > 0) chunks[at] = dice.pick(theirs);
    }
  }
}
