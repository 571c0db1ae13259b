import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface FilesBelow {
  /** Sorted; links are among them, wherever they lead. */
  files: string[];
  /** Folders that the system does not show, with what it says. */
  unreadable: { folder: string; reason: string }[];
}

/** Gone meanwhile, or never there: nothing is in it. */
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR']);

/**
 * All files below `root`, in those folders that `enters` is true for. One folder that cannot be read costs none of the others.
 *
 * @param list instead of the file system, for tests
 */
export async function filesBelow(
  root: string,
  enters: (folder: string) => boolean = () => true,
  list: (folder: string) => Promise<Dirent[]> = folder => readdir(folder, { withFileTypes: true }),
): Promise<FilesBelow> {
  const found: FilesBelow = { files: [], unreadable: [] };
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const at = folder;
    const entries = await list(at).catch((cause: NodeJS.ErrnoException): Dirent[] => {
      if (cause.code === undefined) throw cause;
      if (!NOTHING_THERE.has(cause.code)) found.unreadable.push({ folder: at, reason: cause.message });
      return [];
    });
    for (const entry of entries) {
      const place = path.join(at, entry.name);
      if (!entry.isDirectory()) found.files.push(place);
      else if (enters(place)) folders.push(place);
    }
  }
  found.files.sort();
  return found;
}
