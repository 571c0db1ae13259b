import { existsSync } from 'node:fs';
import path from 'node:path';
import { type LoadedManifest, loadManifest } from '../src/detector/index.ts';
import { addWeights } from './add-weights.ts';

export interface BenchModel extends LoadedManifest {
  /** What the service takes as MODELS_DIR and MODEL. */
  modelsDir: string;
  name: string;
  manifestPath: string;
}

/**
 * A model folder by name, or one made for `<name>.onnx` in the folder of weights. A sentence when there is neither, or it cannot be made.
 *
 * @param temporary where folders are made
 */
export async function findModel(
  name: string,
  modelsDir: string,
  weights: string,
  temporary: string,
): Promise<BenchModel | string> {
  const graph = path.join(weights, `${name}.onnx`);
  let parent = modelsDir;
  if (!existsSync(path.join(modelsDir, name, 'model.json'))) {
    if (!existsSync(graph)) return `${name} skipped: there is neither ${path.join(modelsDir, name)} nor ${graph}.`;
    try {
      await addWeights(name, graph, temporary);
    } catch (error) {
      return `${name} skipped: ${(error as Error).message}.`;
    }
    parent = temporary;
  }
  const manifestPath = path.join(parent, name, 'model.json');
  return { ...(await loadManifest(manifestPath)), modelsDir: parent, name, manifestPath };
}
