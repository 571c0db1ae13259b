import type { DetectOptions, InputShapeChoice, OptionalFormat, ProviderChoice, Size } from '../detector/contract.ts';
import type { AnnotationWish, EngineModel, EngineResult } from './protocol.ts';

/** `busy`: ready, with at least one picture. `stopped`: dead and waiting for its replacement, or closed. */
export const ENGINE_STATES = ['starting', 'ready', 'busy', 'stopped'] as const;
export type EngineState = (typeof ENGINE_STATES)[number];

/**
 * Why an engine was replaced.
 * `crash`: it exited or a native fault ended it. `killed`: SIGKILL or SIGTERM from outside, an operator's or the kernel's
 * out-of-memory killer. `out_of_memory`: its own heap was full, or several pictures in a row got no memory. `hang`: no answer in
 * time. `failing`: several bugs in a row. `load_failed`: it could not load its models again.
 */
export const RESTART_REASONS = ['crash', 'killed', 'out_of_memory', 'hang', 'failing', 'load_failed'] as const;
export type RestartReason = (typeof RESTART_REASONS)[number];

/**
 * `retry`: a picture that an engine was not at work on when it ended was given to another.
 * `refusal`: a picture was refused because engines had died of it.
 */
export type PoolEvent =
  | { type: 'restart'; engine: number; reason: RestartReason }
  | { type: 'retry' }
  | { type: 'refusal' };

/** The part of a pino logger that is used here. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For each model. The first CUDA start searches its algorithms; the first start of a large graph on the CPU makes its optimised form. */
export const START_TIMEOUT_MS = 120_000;

export interface PoolOptions {
  engines: number;
  threadsPerEngine: number;
  /** For a picture that comes while all engines are idle; the first engine takes it. Default: `threadsPerEngine`. */
  threadsWhenAlone?: number;
  maxBatch: number;
  /** The manifests were loaded in this process before: the engines do not check them again. */
  manifestPaths: readonly string[];
  /** Where optimised graphs are kept: a folder, `auto` or `none`. Default `none`. */
  cacheDir?: string;
  provider: ProviderChoice;
  inputShape: InputShapeChoice;
  maxPixels: number;
  formats: readonly OptionalFormat[];
  /** An engine that answers nothing for this long while it has a picture, or keeps one for twice as long, is killed and replaced. */
  hangTimeoutMs: number;
  log: EngineLog;
  /** An engine that takes longer for a model is killed at its start. Default `START_TIMEOUT_MS`. */
  startTimeoutMs?: number;
  /** The child's module. Default: engine-process.js beside this file; tests put their own here. */
  entry?: URL;
}

export interface PoolJob {
  model: string;
  /** One encoded picture; network input where `tensor` is set. */
  bytes: Uint8Array;
  options: DetectOptions;
  /** Size of the network input that `bytes` are: FP32, little-endian, (3, height, width). */
  tensor?: Size;
  /** Draw the detections on the picture, too. */
  annotate?: AnnotationWish;
}

export interface EnginePool {
  /** Resolves when the first engine is ready; rejects with the reason when its models cannot be loaded. */
  start(): Promise<void>;
  /** What the engines loaded; empty before `start` resolves. */
  readonly models: readonly EngineModel[];
  states(): Record<EngineState, number>;
  anyReady(): boolean;
  /** The processes there are, by the number of their engine. */
  processes(): { engine: number; pid: number }[];
  /** Engines that died twice in a row without having answered a picture, and have not since: each start waits longer. */
  crashLooping(): number;
  /** Pictures, by content, that are refused now because engines died of them. */
  quarantined(): number;
  /** Pictures that would be taken right now. */
  freeSlots(): number;
  /**
   * Rejects with `ServiceError`, or with the signal's reason as soon as it is aborted. A picture whose engine dies is
   * `unavailable` when the engine was at work on it, and given once to another engine when it was not.
   */
  detect(job: PoolJob, signal?: AbortSignal): Promise<EngineResult>;
  /** Called whenever slots may have come free. Returns the unsubscriber. */
  onFree(callback: () => void): () => void;
  /** Called for every `PoolEvent` from now on. */
  onEvent(callback: (event: PoolEvent) => void): void;
  /** Takes no more pictures, waits at most `graceMs` for those inside, then ends every engine. */
  close(graceMs: number): Promise<void>;
}
