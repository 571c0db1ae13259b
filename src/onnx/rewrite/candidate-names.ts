/** What `addCandidates` adds to a graph. */
export const CANDIDATES = {
  /** Input: a single float32 number. */
  floor: 'candidates/floor',
  /** Output: (points that are left), int32, which ones of the grid they are, ascending. */
  points: (pair: number) => `candidates/${pair}`,
  /** Output: what is left of an output. */
  left: (pair: number, output: string) => `candidates/${pair}/${output}`,
} as const;

export interface CandidateOutput {
  name: string;
  pair: number;
  /** The output that this is the rest of; undefined: these are the points. */
  of: string | undefined;
}

/** Reads a name of an output back; undefined for those that a graph has of its own. */
export function readCandidateName(name: string): CandidateOutput | undefined {
  const [whole, pair, , of] = /^candidates\/(\d+)(\/(.*))?$/s.exec(name) ?? [];
  return whole === undefined ? undefined : { name, pair: Number(pair), of };
}
