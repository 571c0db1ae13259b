import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { writeAtomically } from '../write-atomically.ts';
import type { PictureSource } from './find-pictures.ts';
import { readIndex } from './read-index.ts';

/** In the output folder: of which picture each place is. */
const INDEX = 'sources.json';

/**
 * Pictures of one name from two folders have one place: the second run must not take the files of the first for its own.
 * Throws a `CliError` when a file is there and is of another picture; notes whose the places are, before they are written.
 */
export async function claimPlaces(
  folder: string,
  pictures: readonly PictureSource[],
  isThere: (picture: PictureSource) => Promise<boolean>,
): Promise<void> {
  const index = path.join(folder, INDEX);
  const owners = await readIndex<string>(index, 'name another --out folder');
  for (const picture of pictures) {
    const file = picture.file === '-' ? '-' : path.resolve(picture.file);
    const owner = owners.get(picture.place);
    if (owner !== undefined && owner !== file && (await isThere(picture))) {
      throw new CliError(
        `${picture.place} in ${folder} is of ${owner}, not of ${file}; name another --out folder. If the pictures were moved, remove ${index}.`,
      );
    }
    owners.set(picture.place, file);
  }
  await writeAtomically(index, `${JSON.stringify(Object.fromEntries(owners), null, 1)}\n`);
}
