import type { InputShape, InputShapeChoice, ProviderChoice } from '../../src/detector/index.ts';
import type { StageCpu } from './stage-cpu.ts';

/** First message to a stage process: the detector that it opens. Answered by `opened`. */
export interface StageOpen {
  type: 'open';
  manifestPath: string;
  provider: ProviderChoice;
  inputShape: InputShapeChoice;
  /** Where the optimised graph is kept. */
  cacheDir: string;
}

/** Measures the stages with these pictures. Answered by `measured`. */
export interface StageMeasure {
  type: 'measure';
  /** Files. */
  pictures: string[];
  /** Of each half of the stages, once to warm up and once that counts. */
  seconds: number;
}

export interface StageOpened {
  type: 'opened';
  inputShape: InputShape;
}

export interface StageMeasured {
  type: 'measured';
  cpu: StageCpu;
}

export type ToStages = StageOpen | StageMeasure;
export type FromStages = StageOpened | StageMeasured;
