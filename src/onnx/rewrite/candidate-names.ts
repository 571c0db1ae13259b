/** What `addCandidates` adds to a graph. */
export const CANDIDATES = {
  /** Input: a single float32 number. */
  floor: 'candidates/floor',
  /** Input, where points are chosen before a sigmoid is taken: a number a little below that of which it makes the floor. */
  logit: 'candidates/floor before the sigmoid',
  /** Output: (points that are kept, and one more), int32: which ones of the grid they are, ascending, then how many the grid has. */
  points: (pair: number) => `candidates/${pair}`,
  /** Output: the rows or columns of an output for those points. */
  kept: (pair: number, output: string) => `candidates/${pair}/${output}`,
} as const;

export interface CandidateOutput {
  name: string;
  pair: number;
  /** The output whose rows or columns these are; undefined: these are the points. */
  of: string | undefined;
}

/** Reads a name of an output back; undefined for those that a graph has of its own. */
export function readCandidateName(name: string): CandidateOutput | undefined {
  const [whole, pair, , of] = /^candidates\/(\d+)(\/(.*))?$/s.exec(name) ?? [];
  return whole === undefined ? undefined : { name, pair: Number(pair), of };
}
