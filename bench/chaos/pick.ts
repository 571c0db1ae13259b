import type { Dice } from '../../fuzz/dice.ts';

/** One of them, the heavier the likelier. Weights are whole numbers. */
export function pickWeighted<T extends { weight: number }>(dice: Dice, choices: readonly T[]): T {
  let left = dice.int(choices.reduce((sum, { weight }) => sum + weight, 0));
  return choices.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })!;
}
