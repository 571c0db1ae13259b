import { access, constants, lstat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * The folder that CACHE_DIR means, made if need be, or why there is none. What is found in it is run, so nobody else may write it.
 *
 * @param choice `auto`: wherever this user may keep things; `none`: nowhere; else a folder
 */
export async function cacheFolder(choice: string): Promise<{ folder?: string; note?: string }> {
  if (choice === 'none') return {};
  const candidates = choice === 'auto' ? usualFolders() : [path.resolve(choice)];
  const reasons: string[] = [];
  for (const folder of candidates) {
    const reason = await whyNot(folder);
    if (reason === undefined) return { folder };
    reasons.push(`${folder} ${reason}`);
  }
  return { note: `optimised graphs are not kept, which costs time and memory: ${reasons.join(', ')}` };
}

/** A container's root is often read-only, but for its /tmp. */
function usualFolders(): string[] {
  const { XDG_CACHE_HOME } = process.env;
  const own = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(home(), '.cache');
  return [path.join(own, 'gfl-serve'), path.join(tmpdir(), `gfl-serve-${process.getuid?.() ?? 'cache'}`)];
}

/** Users without an entry in /etc/passwd, as in containers, may have none. */
function home(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

async function whyNot(folder: string): Promise<string | undefined> {
  try {
    await makeFolder(folder, 0o700);
    const entry = await lstat(folder);
    if (!entry.isDirectory()) return 'is not a folder';
    if (process.getuid === undefined) return undefined;
    if (entry.uid !== process.getuid()) return 'belongs to another user';
    if ((entry.mode & 0o022) !== 0) return 'can be written by others';
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`;
  }
}
