import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** Nothing takes so long to make. */
const ABANDONED_MS = 60 * 60 * 1000;
/** `draft-HOST-PID-RANDOM`: host names hold hyphens, and containers that share a folder their own processes. */
const DRAFT = /^draft-(.+)-(\d+)-\w{6}$/;

const HOST = hostname().replaceAll(/[^\w.-]/g, '_');

/** A new folder in `folder`, for something that will be renamed when it is whole. */
export function makeDraft(folder: string): Promise<string> {
  return mkdtemp(path.join(folder, `draft-${HOST}-${process.pid}-`));
}

/** Removes drafts whose makers died over them: an engine that is killed at its start again and again would fill the disk. */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, host, pid] = DRAFT.exec(name) ?? [];
    if (host === undefined) continue;
    const draft = path.join(folder, name);
    const isDead = host === HOST && !isAlive(Number(pid));
    if (isDead || Date.now() - (await modifiedAt(draft)) > ABANDONED_MS) {
      await rm(draft, { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Just now, where it is gone already. */
async function modifiedAt(draft: string): Promise<number> {
  return (await stat(draft).catch(() => undefined))?.mtimeMs ?? Date.now();
}
