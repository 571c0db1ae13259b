/** One promise of docs/reliability.md at a size that is too large or too slow for every test run. */
export interface Extreme {
  /** What `npm run bench:extremes -- NAME` takes, such as `crowd-of-keys`. */
  readonly name: string;
  /** What is promised, in a few words with the bound. */
  readonly bound: string;
  /** @returns what was seen; a sentence where it cannot be run here */
  run(): Promise<Finding | string>;
}

export interface Finding {
  readonly figure: string;
  readonly held: boolean;
}
