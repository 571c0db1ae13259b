import type { CpuReading } from './measure/cpu-meter.ts';
import type { GpuReading } from './measure/gpu-meter.ts';
import type { StageCpu } from './stages/stage-cpu.ts';

/** What a side is asked to do: connections of a closed loop, a steady rate, or (bare sessions) just run. */
export type Load = '16' | 'steady' | '4' | '1' | 'loop';

/** One measurement. */
export interface Cell {
  side: string;
  load: Load;
  round: number;
  pictures: number;
  perSecond: number;
  /** Milliseconds, one a picture; empty for bare sessions. */
  latenciesMs: number[];
  /** Mean milliseconds a picture by stage, as Server-Timing tells them. */
  stagesMs: Record<string, number>;
  cpu: CpuReading | undefined;
  gpu: GpuReading | undefined;
  /** Pictures/s that came in, of a steady load. */
  arrivalRate?: number;
  /** Of the service alone. */
  eventLoopDelayP99Ms?: number;
  livenessMs?: number[];
}

export interface ModelRun {
  model: string;
  /** Processes that infer, and threads of each. */
  engines: number;
  threads: number;
  /** Sides in the order of the tables. The bare sessions come first. */
  sides: string[];
  /** The side that answers for the service with the input of the bare session and the peer. */
  square: string;
  cells: Cell[];
  /** Of each side that is the service: what its stages cost without it, measured before it was started. */
  stageCpu: Record<string, StageCpu>;
  /** Sentences. */
  agreement: string[];
  startToReadyMs: Record<string, number>;
  /** MB, peaks of all processes of a side added up, and their number. */
  peakMemory: Record<string, { megabytes: number; processes: number }>;
}
