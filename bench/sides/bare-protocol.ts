import type { ProviderChoice } from '../../src/detector/index.ts';

/** First message to a bare session: what to load. Answered by `ready`. */
export interface BareLoad {
  type: 'load';
  manifestPath: string;
  provider: ProviderChoice;
  threads: number;
  /** (width, height) of every input there will be, each run once before `ready`. */
  shapes: [number, number][];
  batches: number[];
}

/** Runs these shapes in turn for so long. Answered by `ran`. */
export interface BareRun {
  type: 'run';
  shapes: [number, number][];
  batch: number;
  durationMs: number;
}

export interface BareReady {
  type: 'ready';
}

export interface BareRan {
  type: 'ran';
  pictures: number;
  seconds: number;
}

export type ToBare = BareLoad | BareRun;
export type FromBare = BareReady | BareRan;
