import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DetectorError } from '../errors.ts';
import type { Manifest } from './manifest-schema.ts';
import { readLabels } from './read-labels.ts';
import { readOwnFile } from './read-own-file.ts';

export type { InputSpec } from './input-schema.ts';
export { isGridManifest } from './is-grid-manifest.ts';
export type { DetectionsManifest, GridManifest, Manifest, SelfCheck } from './manifest-schema.ts';

/** A manifest that was read and checked, with what lies beside it. */
export interface LoadedManifest {
  /** As model.json has it. */
  manifest: Manifest;
  /** Class names; the class id is the index. */
  labels: readonly string[];
  /** Folder of model.json; every file of the manifest lies directly in it. */
  folder: string;
}

/**
 * Reads and checks `model.json` and the labels beside it. The graph is not touched.
 * Throws `DetectorError` `invalid_manifest` with one sentence for every wrong field.
 *
 * @param checkedBefore another process has checked this file: what checks it takes 25 MB and a quarter of a second to load
 */
export async function loadManifest(manifestPath: string, checkedBefore = false): Promise<LoadedManifest> {
  const value = await readJson(manifestPath);
  if (!checkedBefore) {
    const { manifestMistakes } = await import('./manifest-mistakes.ts');
    const mistakes = manifestMistakes(value);
    if (mistakes.length > 0) throw wrong(manifestPath, mistakes);
  }
  const manifest = value as Manifest;
  const folder = path.dirname(manifestPath);
  const labels = await labelsOf(folder, manifest.labels, manifestPath);
  return { manifest, labels, folder };
}

async function readJson(manifestPath: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(manifestPath, 'utf8');
  } catch (cause) {
    throw new DetectorError('invalid_manifest', `There is no readable manifest at ${manifestPath}.`, { cause });
  }
  try {
    // Editors on Windows write a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new DetectorError('invalid_manifest', `${manifestPath} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

async function labelsOf(folder: string, file: string, manifestPath: string): Promise<string[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readOwnFile(folder, file);
  } catch (cause) {
    if (cause instanceof DetectorError) throw cause;
    const labelsPath = path.join(folder, file);
    throw new DetectorError('invalid_manifest', `labels: ${labelsPath} cannot be read.`, { cause });
  }
  const labels = readLabels(bytes);
  if ('mistake' in labels) throw wrong(manifestPath, [`labels ${labels.mistake}`]);
  return labels;
}

function wrong(manifestPath: string, sentences: string[]): DetectorError {
  return new DetectorError('invalid_manifest', `${manifestPath}: ${sentences.join('; ')}.`);
}
