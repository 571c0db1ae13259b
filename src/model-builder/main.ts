// npm run model: makes the graph of the default model where it is missing. Served models that are not ours are left alone.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build-error.ts';
import { buildNanodetG } from './build-nanodet-g.ts';

const name = 'nanodet-g';
const served = process.env.MODEL || name;
const modelsDir = process.env.MODELS_DIR || fileURLToPath(new URL('../../models', import.meta.url));

if (served.split(',').some(each => each.trim() === name)) {
  const started = performance.now();
  try {
    if (await buildNanodetG(join(modelsDir, name), process.stderr)) {
      console.error(`Built the model ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    }
  } catch (error) {
    console.error(error instanceof BuildError ? error.message : error);
    process.exitCode = 1;
  }
}
