/** What the service answers, as openapi.yaml has it. A test holds these to the schemas of the routes. */

export interface Size {
  width: number;
  height: number;
}

/** Pixels of the upright picture. */
export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export const EDGES = ['left', 'top', 'right', 'bottom'] as const;
export type Edge = (typeof EDGES)[number];
export type Edges<T> = Record<Edge, T>;

/** Bin i of an edge lies i * bin_size from the origin, outwards. */
export type Distribution = Edges<number[]> & { origin: { x: number; y: number }; bin_size: { x: number; y: number } };

export interface Detection {
  class_id: number;
  label: string;
  /** Joint score, 0 to 1: the predicted IoU of the box with its object. */
  score: number;
  box: Box;
  /** Standard deviation of each edge in pixels of the upright picture. */
  uncertainty?: Edges<number>;
  distribution?: Distribution;
}

export interface Answer {
  request_id: string;
  model: { name: string; version: string; provider: string };
  image: Size;
  /** Highest score first. */
  detections: Detection[];
  timings_ms?: Record<string, number>;
}

export interface Model {
  name: string;
  version: string;
  default: boolean;
  provider?: string;
  labels: string[];
}
