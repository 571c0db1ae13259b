import { convolveByRows, OPERATORS_BY_ROWS } from './convolve-by-rows.ts';
import { convolveByTiles, OPERATORS_BY_TILES } from './convolve-by-tiles.ts';
import type { Costs } from './costs.ts';
import { TILE } from './f4x3.ts';
import type { Convolution3x3 } from './join-tiles.ts';
import type { Way } from './use-winograd.ts';

/** Weights of so many bytes stay in a core's own cache. */
const CACHE_BYTES = 1024 * 1024;
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
 * @param costs on this CPU
 * @param byTiles whether that may be, whose answers are five times as far from those of the convolution
 * @returns by the names of the outputs
 */
export function fastestWays(convolutions: readonly SizedConvolution[], costs: Costs, byTiles = true): Map<string, Way> {
  const estimates = convolutions.map(one => ({ output: one.conv.output, ...estimate(one, costs) }));
  const all = estimates.reduce((sum, { asItIs }) => sum + asItIs, 0);
  const ways = new Map<string, Way>();
  for (const { output, asItIs, rows, tiles } of estimates) {
    const [way, ns] = byTiles && tiles < rows ? [convolveByTiles, tiles] : [convolveByRows, rows];
    if (asItIs - ns > Math.max(WORTH.ofItself * asItIs, WORTH.ofAll * all)) ways.set(output, way);
  }
  return ways;
}

/** Milliseconds that these convolutions take as they are. */
export function plainMs(convolutions: readonly SizedConvolution[], costs: Costs): number {
  return convolutions.reduce((sum, one) => sum + estimate(one, costs).asItIs, 0) / 1e6;
}

/** Nanoseconds. */
function estimate({ conv, height, width }: SizedConvolution, costs: Costs) {
  const [channels, inputs] = conv.filter.dims as [number, number];
  const multiplied = (times: number) => times * channels * inputs * costs.multiplication;
  const moved = ({ input, output }: typeof MOVED.rows) =>
    (input * inputs + output * channels) * height * width * costs.element;
  const weights = (taps: number) => Math.max(0, 4 * taps * channels * inputs - CACHE_BYTES) * costs.weightByte;
  const down = Math.ceil(height / TILE);
  const across = Math.ceil(width / TILE);
  return {
    asItIs: multiplied(9 * height * width),
    rows:
      multiplied(costs.thin * 18 * down * width) +
      moved(MOVED.rows) +
      weights(18) +
      OPERATORS_BY_ROWS * costs.operator.rows,
    tiles:
      multiplied(36 * down * across) + moved(MOVED.tiles) + weights(36) + OPERATORS_BY_TILES * costs.operator.tiles,
  };
}
