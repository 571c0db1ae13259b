import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { CocoImage } from '../../evaluation/coco-dataset.ts';
import { CliError } from '../cli-error.ts';
import { eachInParallel } from '../each-in-parallel.ts';
import type { EvalOptions } from './options.ts';

const AT_ONCE = 16;

/**
 * Throws a `CliError` when `--out` or `--report` would replace the annotations, one of their pictures or a file of the model,
 * under whatever name.
 */
export async function checkOutputs(
  { out, report, annotations, images: folder }: EvalOptions,
  images: readonly CocoImage[],
  modelFiles: readonly string[],
): Promise<void> {
  const outputs = new Map<string, string>();
  for (const [option, file] of Object.entries({ out, report })) {
    const id = file === undefined ? undefined : await identity(file);
    if (id !== undefined) outputs.set(id, `--${option} ${file}`);
  }
  if (outputs.size === 0) return; // both are new
  const pictures = images.map(({ file_name }) => path.join(folder, file_name));
  await eachInParallel([annotations, ...modelFiles, ...pictures], AT_ONCE, async input => {
    const id = await identity(input);
    const output = id === undefined ? undefined : outputs.get(id);
    if (output !== undefined) throw new CliError(`${output} would replace what is read, ${input}; name another file.`);
  });
}

/** The same for all names of a file. */
async function identity(file: string): Promise<string | undefined> {
  const info = await stat(file, { bigint: true }).catch(() => undefined);
  return info && `${info.dev}:${info.ino}`;
}
