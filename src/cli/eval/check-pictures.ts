import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { CocoImage } from '../../evaluation/coco-dataset.ts';
import { quoted } from '../../evaluation/match-classes.ts';
import { CliError } from '../cli-error.ts';
import { eachInParallel } from '../each-in-parallel.ts';

const AT_ONCE = 16;

/** Throws a `CliError` that names some of the pictures that are not in `folder`, before any work is done. */
export async function checkPictures(folder: string, images: readonly CocoImage[]): Promise<void> {
  await access(folder, constants.R_OK).catch(cause => {
    throw new CliError(`The pictures' folder ${folder} cannot be read.`, { cause });
  });
  const missing = new Set<string>();
  await eachInParallel(images, AT_ONCE, async ({ file_name }) => {
    await access(path.join(folder, file_name), constants.R_OK).catch(() => missing.add(file_name));
  });
  if (missing.size === 0) return;
  const named = images.map(({ file_name }) => file_name).filter(name => missing.has(name));
  throw new CliError(
    `${missing.size} of the ${images.length} pictures in the annotations are not in ${folder}: ${quoted(named)}.` +
      (missing.size === images.length ? ' Is it the right folder?' : ' Add them, or take them out of the annotations.'),
  );
}
