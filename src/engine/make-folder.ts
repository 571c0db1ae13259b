import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * A folder and those above it, level by level: Node's own recursive form (20.20) never returns where a level cannot be made although the one above
 * is there, as in /proc.
 *
 * @param mode of the folders that are made
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const make = () =>
    mkdir(folder, { mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  const parent = path.dirname(folder);
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent, mode);
    await make();
  });
}
