import type { Pixels } from './decode.ts';
import type { Taps } from './sampling-taps.ts';
import type { LevelValues } from './sampling-wasm.ts';

/** Where one colour goes, and what its levels become. */
export interface ChannelTarget extends LevelValues {
  /** First index of its plane in the tensor. */
  start: number;
  /** Stands for source pixels that are missing, 0..255. */
  padLevel: number;
}

export interface SampleJob {
  pixels: Pixels;
  across: Taps;
  down: Taps;
  /** Red, green, blue. */
  targets: readonly [ChannelTarget, ChannelTarget, ChannelTarget];
  /** Target pixels a row. */
  width: number;
}
