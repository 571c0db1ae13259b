/** A box in pixels of the upright (EXIF-oriented) picture; x grows right, y grows down. */
export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** One number per box edge, left, top, right, bottom. */
export interface Edges<T> {
  left: T;
  top: T;
  right: T;
  bottom: T;
}

/**
 * The general distribution of a box: for each edge the probability of every bin.
 * Bin `i` of the left edge lies at `x = origin.x - i * binSize.x`, of the right edge at `origin.x + i * binSize.x`;
 * top and bottom likewise with y. All positions are pixels of the upright picture.
 */
export interface EdgeDistributions extends Edges<number[]> {
  origin: { x: number; y: number };
  binSize: { x: number; y: number };
}

/** One object in a picture. */
export interface Detection {
  /** Index of its class in the model's labels. */
  classId: number;
  /** Name of its class. */
  label: string;
  /** Joint classification-and-quality score, 0..1: the predicted IoU of the box with its object. */
  score: number;
  /** Where it is, clipped to the picture. */
  box: Box;
  /** Standard deviation of each edge, as it was before it was clipped, pixels of the upright picture. Absent when the graph gives no distribution. */
  uncertainty?: Edges<number>;
  /** Only when asked for, and only when the graph gives one. */
  distribution?: EdgeDistributions;
}

/** What to look for; the manifest of the model has the defaults. */
export interface DetectOptions {
  /** Detections below it are dropped, 0..1. Default: the manifest's. */
  scoreThreshold?: number;
  /** Own thresholds of single classes, by name or id; they replace `scoreThreshold` for that class. */
  classThresholds?: Record<string, number>;
  /**
   * Two boxes of one class overlapping more than this are one object, 0..1. Default: the manifest's. Without effect where the
   * graph suppresses by itself: it has its own.
   */
  iouThreshold?: number;
  /** At most this many detections, 1..1000. Default: the manifest's. */
  maxDetections?: number;
  /** Only these classes, by name or id. Default: all. */
  classes?: readonly (string | number)[];
  /** Suppress across classes. Default: false. Without effect where the graph suppresses by itself. */
  classAgnostic?: boolean;
  /** Add the general distribution of each edge to every detection. Default: false. */
  includeDistribution?: boolean;
}

/** Milliseconds a picture spent in each stage; `inference` is that of the whole batch it was part of. */
export interface StageTimings {
  image: number;
  tensor: number;
  inference: number;
  gfl: number;
  nms: number;
  /** Only where the picture was drawn on. */
  annotate?: number;
}

/** The answer to one picture. */
export interface DetectResult {
  /** Size of the upright picture in pixels. */
  image: { width: number; height: number };
  /** EXIF orientation that was applied, 1..8; 1 when the picture names none. */
  orientation: number;
  /** Highest score first. */
  detections: Detection[];
  /** Where the time went, milliseconds. */
  timings: StageTimings;
  /** How many pictures shared the inference. */
  batchSize: number;
}

/** What ONNX Runtime can run a graph on here. */
export const PROVIDERS = ['cpu', 'cuda'] as const;
/** What a graph runs on. */
export type Provider = (typeof PROVIDERS)[number];
/** `auto`: CUDA when its libraries load, else the CPU. */
export type ProviderChoice = Provider | 'auto';

/**
 * `fixed`: every picture in the manifest's width and height. `rectangular`: letterboxed pictures without most of their empty
 * border, where the graph takes any size; fewer pixels, slightly other scores. `auto`: rectangular on the CPU; CUDA
 * searches its algorithms anew for every shape.
 */
export const INPUT_SHAPES = ['fixed', 'rectangular'] as const;
/** One of `INPUT_SHAPES`. */
export type InputShape = (typeof INPUT_SHAPES)[number];
/** `auto`: what suits the provider and the model. */
export type InputShapeChoice = InputShape | 'auto';

/** Width times height above which pictures are refused unless more are allowed; with it libvips writes no temporary files. */
export const DEFAULT_MAX_PIXELS = 33_000_000;

/** Picture formats that can be allowed; JPEG, PNG and WebP always are. */
export const OPTIONAL_FORMATS = ['avif', 'gif', 'tiff'] as const;
/** One of `OPTIONAL_FORMATS`. */
export type OptionalFormat = (typeof OPTIONAL_FORMATS)[number];

/** What an annotated picture can be encoded as. */
export const ANNOTATED_FORMATS = ['jpeg', 'png', 'webp'] as const;
/** One of `ANNOTATED_FORMATS`. */
export type AnnotatedFormat = (typeof ANNOTATED_FORMATS)[number];
