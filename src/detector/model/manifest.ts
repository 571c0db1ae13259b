import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DetectorError } from '../errors.ts';
import { type Manifest, ManifestSchema } from './manifest-schema.ts';
import { schemaErrors } from './schema-errors.ts';

export type { Manifest, SelfCheck } from './manifest-schema.ts';

export interface LoadedManifest {
  manifest: Manifest;
  /** Class names; the class id is the index. */
  labels: readonly string[];
  /** Folder of model.json; every file of the manifest lies directly in it. */
  folder: string;
}

/**
 * Reads and checks `model.json` and the labels beside it. The graph is not touched.
 * Throws `DetectorError` `invalid_manifest` with one sentence for every wrong field.
 */
export async function loadManifest(manifestPath: string): Promise<LoadedManifest> {
  const value = await readJson(manifestPath);
  const mistakes = schemaErrors(ManifestSchema, value);
  if (mistakes.length > 0) throw wrong(manifestPath, mistakes);
  const manifest = value as Manifest;
  const folder = path.dirname(manifestPath);
  const labels = await readLabels(path.join(folder, manifest.labels), manifestPath);
  const conflicts = contradictions(manifest);
  if (conflicts.length > 0) throw wrong(manifestPath, conflicts);
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
    return JSON.parse(text);
  } catch (cause) {
    throw new DetectorError('invalid_manifest', `${manifestPath} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

async function readLabels(labelsPath: string, manifestPath: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(labelsPath, 'utf8');
  } catch (cause) {
    throw new DetectorError('invalid_manifest', `labels: ${labelsPath} cannot be read.`, { cause });
  }
  const labels = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(line => line.trim());
  while (labels.at(-1) === '') labels.pop();
  if (labels.length === 0) throw wrong(manifestPath, ['labels has no class names']);
  const blank = labels.indexOf('');
  if (blank >= 0) throw wrong(manifestPath, [`labels line ${blank + 1} is empty`]);
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) throw wrong(manifestPath, [`labels names "${repeated}" twice`]);
  return labels;
}

/** What the schema cannot say: fields that must agree with each other. */
function contradictions({ head, input }: Manifest): string[] {
  const sentences: string[] = [];
  const listed = head.outputs.map(output => output.stride);
  if (listed.length !== head.strides.length || listed.some((stride, i) => stride !== head.strides[i])) {
    sentences.push(`head.outputs has strides ${listed.join(', ')} but head.strides says ${head.strides.join(', ')}`);
  }
  const names = head.outputs.flatMap(output => [output.scores, output.boxes]);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) sentences.push(`head.outputs uses the output "${repeated}" twice`);
  const multiple = input.dynamic?.multipleOf ?? 1;
  if (input.width % multiple !== 0 || input.height % multiple !== 0) {
    sentences.push(`input ${input.width}x${input.height} is not a multiple of input.dynamic.multipleOf ${multiple}`);
  }
  return sentences;
}

function wrong(manifestPath: string, sentences: string[]): DetectorError {
  return new DetectorError('invalid_manifest', `${manifestPath}: ${sentences.join('; ')}.`);
}
