import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Beginning of the file's name -> family; the longer one first. */
const FAMILIES = ['nanodet-plus', 'nanodet', 'picodet', 'yolov8'];

/** Makes a model folder of an ONNX file, as `gfl-serve model add` does. Throws a sentence when it cannot. */
export async function addWeights(name: string, graph: string, modelsDir: string): Promise<void> {
  const family = FAMILIES.find(prefix => name.startsWith(prefix));
  if (family === undefined) {
    throw new Error(`its name begins with none of ${FAMILIES.join(', ')}; make its folder with "gfl-serve model add"`);
  }
  const args = ['model', 'add', graph, '--family', family, '--name', name, '--models-dir', modelsDir];
  await promisify(execFile)(process.execPath, ['dist/cli.js', ...args]).catch((error: { stderr?: string }) => {
    throw new Error(`"gfl-serve model add" refused it: ${error.stderr?.trim()}`);
  });
}
