/** A probability may be rounded by so much of itself, and by so much in all, on its way through a sigmoid of float32. */
const ROUNDING = { ofItself: 1e-5, ofAll: 1e-7 };

/** Whose sigmoid is a probability, or a little less: no number is below it of which rounding makes the probability. */
export function logitBelow(probability: number): number {
  const below = probability - ROUNDING.ofItself * probability - ROUNDING.ofAll;
  if (below <= 0) return -Infinity;
  return below < 1 ? Math.log(below / (1 - below)) : Infinity; // of Infinity it is not a number
}
