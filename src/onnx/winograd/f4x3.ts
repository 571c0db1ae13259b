/**
 * Winograd's minimal filtering F(4, 3): four neighbouring outputs of a filter of three taps from six products instead of twelve,
 * `y = OUTPUT [(FILTER g) * (INPUT x)]` for inputs x0 to x5 and taps g0 to g2. Nested in two directions it takes 36 products
 * for 4x4 outputs of a 3x3 filter instead of 144.
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.3.
 */

/** Outputs made together, in one direction. */
export const TILE = 4;
/** Products they are made of. */
export const PRODUCTS = 6;

/** FILTER, the paper's G: (products, taps). */
export const FILTER: readonly (readonly [number, number, number])[] = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
];

/** A row of INPUT, the paper's B transposed, as a convolution with stride 4 over an input that is padded with one zero before. */
export interface InputTaps {
  readonly taps: readonly number[];
  readonly dilation: 1 | 2;
  /** Zeros before and after; with those after, every output of the filter has a tile, however long the input is. */
  readonly pads: readonly [before: number, after: number];
}

export const INPUT: readonly InputTaps[] = [
  { taps: [4, -5, 1], dilation: 2, pads: [1, 3] },
  { taps: [-4, -4, 1, 1], dilation: 1, pads: [0, 3] },
  { taps: [4, -4, -1, 1], dilation: 1, pads: [0, 3] },
  { taps: [-2, -1, 2, 1], dilation: 1, pads: [0, 3] },
  { taps: [2, -1, -2, 1], dilation: 1, pads: [0, 3] },
  { taps: [4, -5, 1], dilation: 2, pads: [0, 4] },
];

/**
 * OUTPUT, the paper's A transposed, is
 *
 *     y0 = m0 + (m1 + m2) +     (m3 + m4)
 *     y1 =      (m1 - m2) + 2 * (m3 - m4)
 *     y2 =      (m1 + m2) + 4 * (m3 + m4)
 *     y3 =      (m1 - m2) + 8 * (m3 - m4) + m5
 *
 * which `combineProducts` says in operators. What is added to m1 reaches each output once: the bias goes there.
 */
export const BIASED_PRODUCT = 1;
