import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * Fills a folder that nobody sees before it is whole: `fill` writes into one beside it, which is then renamed. When it throws
 * nothing is left behind. A folder that exists is replaced when `force` is set, else refused with a `CliError`.
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
  await mkdir(parent, { recursive: true }).catch(cannot);
  await mkdir(temporary).catch(cannot);
  try {
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
  }
}
