import { DetectorError } from './errors.ts';
import { isGridManifest, type Manifest } from './model/manifest.ts';
import type { DetectOptions } from './types.ts';

/** Highest `maxDetections` a caller may ask for. */
export const MAX_DETECTIONS = 1000;

/** Options with the manifest's defaults filled in. */
export interface ResolvedOptions {
  /** (classes), Infinity for a class that is not wanted. */
  thresholds: Float32Array;
  iouThreshold: number;
  maxDetections: number;
  classAgnostic: boolean;
  includeDistribution: boolean;
}

/** Fills in the manifest's defaults. Throws `DetectorError` `invalid_option` naming the option and what it should be. */
export function resolveOptions(
  manifest: Manifest,
  labels: readonly string[],
  options: DetectOptions = {},
): ResolvedOptions {
  const base = fraction('scoreThreshold', options.scoreThreshold ?? manifest.candidates.scoreThreshold);
  const thresholds = new Float32Array(labels.length).fill(base);
  for (const [name, threshold] of Object.entries(options.classThresholds ?? {})) {
    thresholds[findClass(labels, name, 'classThresholds')] = fraction(`classThresholds "${name}"`, threshold);
  }
  if (options.classes !== undefined) {
    if (!Array.isArray(options.classes)) {
      throw invalid(`Expected a list of class names or ids for classes but received ${asGiven(options.classes)}.`);
    }
    const wanted = new Set(options.classes.map(name => findClass(labels, name, 'classes')));
    for (let c = 0; c < thresholds.length; c++) if (!wanted.has(c)) thresholds[c] = Infinity;
  }
  const maxDetections = options.maxDetections ?? manifest.nms.maxDetections;
  if (!Number.isInteger(maxDetections) || maxDetections < 1 || maxDetections > MAX_DETECTIONS) {
    throw invalid(
      `Expected a whole number from 1 to ${MAX_DETECTIONS} for maxDetections but received ${asGiven(maxDetections)}.`,
    );
  }
  return {
    thresholds,
    // A graph that suppresses by itself has its own, and takes no other.
    iouThreshold: fraction(
      'iouThreshold',
      options.iouThreshold ?? (isGridManifest(manifest) ? manifest.nms.iouThreshold : 1),
    ),
    maxDetections,
    classAgnostic: options.classAgnostic ?? false,
    includeDistribution: options.includeDistribution ?? false,
  };
}

/** Class id of a name, or of an id given as number or digits. A name wins over an id. */
export function findClass(labels: readonly string[], name: string | number, option: string): number {
  const byName = labels.indexOf(String(name));
  if (byName >= 0) return byName;
  const id = Number(name);
  if (/^\d+$/.test(String(name)) && id < labels.length) return id;
  const inOtherCase = labels.find(label => label.toLowerCase() === String(name).toLowerCase());
  const hint = inOtherCase === undefined ? '' : `; the name is "${inOtherCase}"`;
  throw invalid(
    `Expected a class name or an id from 0 to ${labels.length - 1} for ${option} but received "${name}"${hint}.`,
  );
}

function fraction(option: string, value: number): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(`Expected a number from 0 to 1 for ${option} but received ${asGiven(value)}.`);
}

/** A number as a string reads like the number that was asked for. */
function asGiven(value: unknown): string {
  return typeof value === 'string' ? `"${value}" of type string` : String(value);
}

function invalid(message: string): DetectorError {
  return new DetectorError('invalid_option', message);
}
