import { seededRandom } from '../test/support/random.ts';

/** Choices that one number decides: the same seed throws the same dice everywhere. */
export interface Dice {
  /** 0 inclusive to `below` exclusive, whole. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** The dice of one case: case 17 of seed 3 is the same whether or not the others are run. */
export function throwDice(seed: number, index: number): Dice {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const int = (below: number) => Math.floor(random() * below);
  return {
    int,
    chance: probability => random() < probability,
    pick(items) {
      if (items.length === 0) throw new Error('There is nothing to pick from; this is a bug of the fuzzer.');
      return items[int(items.length)]!;
    },
    bytes: length => Buffer.from(Array.from({ length }, () => int(256))),
  };
}
