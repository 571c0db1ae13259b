import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { externalTensors } from '../../onnx/external-data.ts';
import { OnnxError } from '../../onnx/onnx-error.ts';
import { parseModel } from '../../onnx/parse-model.ts';
import { DetectorError } from '../errors.ts';
import type { LoadedManifest } from './manifest.ts';

/**
 * The bytes of the graph, once they have the manifest's sha256.
 * Throws `DetectorError` `invalid_graph` when the file is missing, another one, no graph, or not the whole graph: ONNX Runtime
 * would look for weights in other files from the working folder, and the sha256 says nothing of those.
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
  const external = externalWeights(bytes, graphPath);
  if (external !== undefined) {
    throw new DetectorError(
      'invalid_graph',
      `${graphPath} keeps weights in another file (${JSON.stringify(external)}), which is not loaded; "gfl-serve model add" makes one file of a graph and its weights.`,
    );
  }
  return bytes;
}

function externalWeights(bytes: Uint8Array, graphPath: string): string | undefined {
  try {
    return externalTensors(parseModel(bytes))[0]?.location;
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw new DetectorError('invalid_graph', `${graphPath} cannot be used: ${cause.message}.`, { cause });
  }
}
