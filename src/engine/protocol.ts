import type {
  AnnotatedFormat,
  DetectOptions,
  DetectResult,
  InputShape,
  InputShapeChoice,
  OptionalFormat,
  Provider,
  ProviderChoice,
  Size,
} from '../detector/contract.ts';
import type { ErrorCode } from '../errors.ts';

/** First message to a child: what to load. Answered by `EngineReady` or `EngineFailed`. */
export interface EngineStart {
  type: 'start';
  manifestPaths: string[];
  /** Where optimised graphs are kept: a folder, `auto` or `none`. */
  cacheDir: string;
  /** Of the manifests, those whose optimised graphs cannot be kept there, as another engine found. */
  cannotKeep: string[];
  provider: ProviderChoice;
  inputShape: InputShapeChoice;
  /** Of one inference. */
  threads: number;
  /** Of the inference of a picture that came while no engine had anything else to do. */
  threadsWhenAlone: number;
  maxBatch: number;
  maxPixels: number;
  formats: OptionalFormat[];
  /** Another engine has loaded the same graphs. */
  graphsChecked: boolean;
}

/** An annotated picture that is wanted beside the detections. */
export interface AnnotationWish {
  format: AnnotatedFormat;
  bands: boolean;
}

/** What an engine makes of a picture. */
export interface EngineResult extends DetectResult {
  /** Encoded; only where it was wished for. */
  annotated?: Uint8Array;
}

/** One encoded picture, whose bytes come through the picture pipe. Answered by one `EngineAnswer` with the same `id`. */
export interface EngineJob {
  type: 'job';
  id: number;
  model: string;
  options: DetectOptions;
  annotate?: AnnotationWish;
  /** No engine had anything else to do when it was sent: it may take `threadsWhenAlone`. */
  alone: boolean;
  /** The bytes are network input of this size instead of a picture. */
  tensor?: Size;
}

/** Nobody waits for this job any more. It is answered all the same, and at once where it has not been run. */
export interface EngineCancel {
  type: 'cancel';
  id: number;
}

/** Exit: there will be no more jobs. */
export interface EngineStop {
  type: 'stop';
}

export interface EngineModel {
  name: string;
  version: string;
  provider: Provider;
  inputShape: InputShape;
  sha256: string;
}

export interface EngineReady {
  type: 'ready';
  models: EngineModel[];
  /** Paths of manifests whose optimised graphs could not be kept. */
  cannotKeep: string[];
  /** Sentences for the log, such as why CUDA was not taken. */
  notes: string[];
}

/** The child could not load its models; it exits. `message` is for the log. */
export interface EngineFailed {
  type: 'failed';
  message: string;
}

/** The detections of this job are there; what is left is to draw them. Said again and again while that is done. */
export interface EngineDrawing {
  type: 'drawing';
  id: number;
}

export interface EngineAnswer {
  type: 'answer';
  id: number;
  outcome:
    | { ok: true; result: EngineResult }
    /** `isShort`: the machine had too little memory for it. */
    | { ok: false; code: ErrorCode; message: string; detail?: string; isShort?: true };
}

/** The outcome of a picture that was cancelled before it was done. Nobody reads it; it says that the picture has left. */
export const NOT_WANTED = {
  ok: false,
  code: 'unavailable',
  message: 'Nobody waits for this picture any more.',
} as const satisfies EngineAnswer['outcome'];

export type ToEngine = EngineStart | EngineJob | EngineCancel | EngineStop;
export type FromEngine = EngineReady | EngineFailed | EngineDrawing | EngineAnswer;
