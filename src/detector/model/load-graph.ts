import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DetectorError } from '../errors.ts';
import type { LoadedManifest } from './manifest.ts';

/**
 * The bytes of the graph, once they have the manifest's sha256.
 * Throws `DetectorError` `invalid_graph` when the file is missing or another one.
 */
export async function loadGraph({ manifest, folder }: LoadedManifest): Promise<Uint8Array> {
  const { file, sha256 } = manifest.graph;
  const graphPath = path.join(folder, file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(graphPath);
  } catch (cause) {
    throw new DetectorError(
      'invalid_graph',
      `The graph ${graphPath} cannot be read; the default model's is made by "npm run model".`,
      { cause },
    );
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) {
    throw new DetectorError(
      'invalid_graph',
      `${graphPath} has sha256 ${found} but the manifest of ${manifest.name} describes ${sha256}: it is another graph or damaged.`,
    );
  }
  return bytes;
}
