import { createHash } from 'node:crypto';
import path from 'node:path';
import { DetectorError } from '../errors.ts';
import type { LoadedManifest } from './manifest.ts';
import { readOwnFile } from './read-own-file.ts';

/**
 * The bytes of the graph, once they have the manifest's sha256.
 *
 * @param checkedBefore a graph with this sha256 has been parsed: that takes memory and time, and says the same each time
 *
 * Throws `DetectorError` `invalid_graph` when the file is missing, another one, no graph, or not the whole graph: ONNX Runtime
 * would look for weights in other files from the working folder, and the sha256 says nothing of those.
 */
export async function loadGraph({ manifest, folder }: LoadedManifest, checkedBefore = false): Promise<Uint8Array> {
  const { file, sha256 } = manifest.graph;
  const graphPath = path.join(folder, file);
  let bytes: Uint8Array;
  try {
    bytes = await readOwnFile(folder, file);
  } catch (cause) {
    if (cause instanceof DetectorError) throw cause;
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
  if (checkedBefore) return bytes;
  const external = await externalWeights(bytes, graphPath);
  if (external !== undefined) {
    throw new DetectorError(
      'invalid_graph',
      `${graphPath} keeps weights in another file (${JSON.stringify(external)}), which is not loaded; "gfl-serve model add" makes one file of a graph and its weights.`,
    );
  }
  return bytes;
}

async function externalWeights(bytes: Uint8Array, graphPath: string): Promise<string | undefined> {
  const [{ externalTensors }, { OnnxError }, { parseModel }] = await Promise.all([
    import('../../onnx/external-data.ts'),
    import('../../onnx/onnx-error.ts'),
    import('../../onnx/parse-model.ts'),
  ]);
  try {
    return externalTensors(parseModel(bytes))[0]?.location;
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw new DetectorError('invalid_graph', `${graphPath} cannot be used: ${cause.message}.`, { cause });
  }
}
