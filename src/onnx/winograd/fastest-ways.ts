import { convolveByRows, OPERATORS_BY_ROWS } from './convolve-by-rows.ts';
import { convolveByTiles, OPERATORS_BY_TILES } from './convolve-by-tiles.ts';
import { TILE } from './f4x3.ts';
import type { Convolution3x3 } from './join-tiles.ts';
import type { Way } from './use-winograd.ts';

// What things cost, in nanoseconds. Measured, with one thread of an EPYC of 2.4 GHz without AVX-512.

/** Of the operators by rows a fourth work on lists of a few numbers. */
const OPERATOR_NS = { rows: 3400, tiles: 4500 };
const ELEMENT_NS = 0.25;
const MULTIPLICATION_NS = 1 / 40;
/** A 1x3 convolution is that much slower than a 3x3 or 1x1 one. */
const THIN = 1.1;
/** How often an element of the input and one of the output is read or written beside the multiplications. */
const MOVED = { rows: { input: 2.5, output: 11 }, tiles: { input: 6.25, output: 19.5 } };
/** What a way has to save of a convolution's time, and of the time of all: each operator also takes time and memory when the graph is loaded. */
const WORTH = { ofItself: 0.15, ofAll: 1 / 2000 };

export interface SizedConvolution {
  conv: Convolution3x3;
  /** Of the output. */
  height: number;
  width: number;
}

/**
 * By rows or by tiles, where that should take less time than the convolution as it is: multiplications are saved, and more is written and
 * read.
 *
 * @param block how many channels a convolution takes at a time
 * @param byTiles whether that may be, whose answers are five times as far from those of the convolution
 * @returns by the names of the outputs
 */
export function fastestWays(
  convolutions: readonly SizedConvolution[],
  block: number,
  byTiles = true,
): Map<string, Way> {
  const estimates = convolutions.map(one => ({ output: one.conv.output, ...estimate(one, block) }));
  const all = estimates.reduce((sum, { asItIs }) => sum + asItIs, 0);
  const ways = new Map<string, Way>();
  for (const { output, asItIs, rows, tiles } of estimates) {
    const [way, ns] = byTiles && tiles < rows ? [convolveByTiles, tiles] : [convolveByRows, rows];
    if (asItIs - ns > Math.max(WORTH.ofItself * asItIs, WORTH.ofAll * all)) ways.set(output, way);
  }
  return ways;
}

/** Nanoseconds. */
function estimate({ conv, height, width }: SizedConvolution, block: number) {
  const [channels, inputs] = conv.filter.dims as [number, number];
  // With AVX-512 two times as many at once; what is moved takes as long.
  const pairs = channels * inputs * MULTIPLICATION_NS * (block === 16 ? 0.5 : 1);
  const moved = ({ input, output }: typeof MOVED.rows) =>
    (input * inputs + output * channels) * height * width * ELEMENT_NS;
  const down = Math.ceil(height / TILE);
  const across = Math.ceil(width / TILE);
  return {
    asItIs: 9 * height * width * pairs,
    rows: THIN * 18 * down * width * pairs + moved(MOVED.rows) + OPERATORS_BY_ROWS * OPERATOR_NS.rows,
    tiles: 36 * down * across * pairs + moved(MOVED.tiles) + OPERATORS_BY_TILES * OPERATOR_NS.tiles,
  };
}
