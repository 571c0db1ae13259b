/** One promise of docs/reliability.md at a size that is too large or too slow for every test run. */
export interface Extreme {
  /** What `npm run bench:extremes -- NAME` takes, such as `crowd-of-keys`. */
  readonly name: string;
  /** What is promised, in a few words with the bound. */
  readonly bound: string;
  /** Why it cannot be run here, as a sentence; undefined, or left out, where it can. */
  missing?(): string | undefined;
  run(): Promise<Finding>;
}

export interface Finding {
  readonly figure: string;
  readonly held: boolean;
}
