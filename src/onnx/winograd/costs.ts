/** What the parts of a convolution cost on one kind of CPU, with one thread, in nanoseconds. */
export interface Costs {
  multiplication: number;
  /** How much slower a 1x3 convolution is than a 3x3 or 1x1 one. */
  thin: number;
  /** An element that is read or written beside the multiplications. */
  element: number;
  /** An operator. Of those by rows a fourth work on lists of a few numbers. */
  operator: { rows: number; tiles: number };
  /** A byte of weights that does not fit into the core's own cache. */
  weightByte: number;
}

/** Measured on an EPYC of 2.4 GHz without AVX-512. */
export const AVX2: Costs = {
  multiplication: 1 / 40,
  thin: 1.1,
  element: 0.25,
  operator: { rows: 3400, tiles: 4500 },
  weightByte: 0,
};

/** Measured on an EPYC of family 25 (Zen 4): AVX-512 in blocks of 16 channels, and no more multiplications at a time than with AVX2. */
export const ZEN4: Costs = {
  multiplication: 1 / 54.5,
  thin: 1,
  element: 0.12,
  operator: { rows: 700, tiles: 500 },
  weightByte: 0.06,
};

/** Measured on an EPYC of family 26 (Zen 5): twice as many multiplications at a time as Zen 4, so that what is moved beside them counts for more. */
export const ZEN5: Costs = {
  multiplication: 1 / 104,
  thin: 1,
  element: 0.115,
  operator: { rows: 500, tiles: 1300 },
  weightByte: 0.04,
};

/** Reckoned, not measured: twice as many at a time, and what is moved takes as long. */
export const WIDE: Costs = { ...AVX2, multiplication: AVX2.multiplication / 2 };
