import type { GraphDescription } from '../model/describe-graph.ts';
import type { DetectionsHead, GridHead } from '../model/head-schema.ts';
import type { InputSpec } from '../model/input-schema.ts';
import type { DetectionsManifest, GridManifest } from '../model/manifest.ts';
import type { Probe } from '../model/probe-graph.ts';
import type { OutputForm } from '../model/reform-graph.ts';
import type { OwnNormalisation } from './own-normalisation.ts';
import type { PreprocessingName } from './preprocessing.ts';

export interface ProbedGraph {
  description: GraphDescription;
  /** One, or two of different sizes where the graph takes any. */
  probes: readonly Probe[];
  /** How the file gives what it found, where its outputs were made into others. */
  form?: OutputForm;
  normalisation?: OwnNormalisation;
}

/** What the user knows and the graph may not tell. */
export interface Wishes {
  classes?: number;
  bins?: number;
  strides?: readonly number[];
}

/** A head found in a graph. */
export interface Recognised {
  head: GridHead | DetectionsHead;
  /** undefined where the graph does not tell. */
  classes: number | undefined;
  /** What it was recognised by, for the user. */
  evidence: string[];
}

export type Recognition = Recognised | { reasons: string[] };

/** The part of the manifest that no graph tells: how the family was trained and is evaluated by those who published it. */
export interface Protocol {
  input: Pick<InputSpec, 'resize' | 'colour' | 'scale' | 'mean' | 'std'>;
  /** Network size where the graph takes any. */
  size: { width: number; height: number };
  multipleOf: number;
  candidates: GridManifest['candidates'] | DetectionsManifest['candidates'];
  nms: GridManifest['nms'] | DetectionsManifest['nms'];
}

export interface Family {
  /** One line for lists. */
  about: string;
  /** Finds the family's head among the outputs of one probe, or says why it is not there. */
  recognise(graph: ProbedGraph, probe: Probe, wishes: Wishes): Recognition;
  /** `anySize`: whether the graph takes pictures of any size; `form`: of the file's own outputs. Each family names its source. */
  protocol(head: GridHead | DetectionsHead, anySize: boolean, form?: OutputForm): Protocol;
  /** Whose preprocessing `protocol` has, where graphs of other models have such a head, too; undefined where they have not. */
  assumes?(head: GridHead | DetectionsHead, form?: OutputForm): PreprocessingName | undefined;
}

/** Of a graph that suppresses by itself: all that it gives. */
export const SUPPRESSED = {
  candidates: { scoreThreshold: 0.001 },
  nms: { maxDetections: 300 },
} satisfies Partial<Protocol>;

export const BGR_IMAGENET = {
  colour: 'bgr',
  scale: 1,
  mean: [103.53, 116.28, 123.675],
  std: [57.375, 57.12, 58.395],
} satisfies Partial<InputSpec>;

export const RGB_IMAGENET = {
  colour: 'rgb',
  scale: 1,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
} satisfies Partial<InputSpec>;
