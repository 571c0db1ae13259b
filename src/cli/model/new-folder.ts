import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * Fills a folder that nobody sees before it is whole: `fill` writes into one beside it, which is then renamed. When it throws
 * nothing is left behind, also of the folders above: an empty `models` would hide the package's. A folder that exists is
 * replaced when `force` is set, else refused with a `CliError`.
 */
export async function newFolder<T>(
  folder: string,
  force: boolean,
  fill: (temporary: string) => Promise<T>,
): Promise<T> {
  const parent = path.dirname(folder);
  const beside = () => path.join(parent, `.${path.basename(folder)}.${randomUUID()}`);
  const exists = async () => (await stat(folder).catch(() => undefined)) !== undefined;
  if (!force && (await exists()))
    throw new CliError(`${folder} is there already: choose another --name, or replace it with --force.`);
  const temporary = beside();
  const cannot = (cause: Error) => {
    throw new CliError(`${folder} cannot be written: ${cause.message}.`, { cause });
  };
  let highestMade = await mkdir(parent, { recursive: true }).catch(cannot);
  // Another run that had made the parent may fail, and remove it before there is anything in it.
  const parentToo = async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    const made = await mkdir(parent, { recursive: true });
    highestMade ??= made;
    await mkdir(temporary);
  };
  try {
    await mkdir(temporary).catch(parentToo).catch(cannot);
    const result = await fill(temporary);
    if (await exists()) {
      if (!force)
        throw new CliError(`${folder} appeared meanwhile: choose another --name, or replace it with --force.`);
      const old = beside();
      await rename(folder, old).catch(cannot); // what is mounted cannot be moved
      await rename(temporary, folder).catch(async cause => {
        await rename(old, folder);
        cannot(cause);
      });
      await rm(old, { recursive: true, force: true });
    } else {
      await rename(temporary, folder).catch(cannot);
    }
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    if (highestMade !== undefined) await removeEmpty(parent, highestMade);
  }
}

/** From `folder` up to `highest`, as long as nothing is in them. */
async function removeEmpty(folder: string, highest: string): Promise<void> {
  try {
    for (let at = path.resolve(folder); ; at = path.dirname(at)) {
      await rmdir(at);
      if (at === path.resolve(highest)) return;
    }
  } catch {
    // The model is there, or somebody else's.
  }
}
