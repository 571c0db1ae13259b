import { readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { statFields } from '../../proc/proc-files.ts';

/** No engine has so long to start. */
const ABANDONED_MS = 60 * 60 * 1000;
/** Of a host of our name whose processes are not to be seen: most likely this container, before it was started again. */
const UNSEEN_MS = 5 * 60 * 1000;
/** `draft-HOST-PID-START-RANDOM`: host names hold hyphens. */
const DRAFT = /^draft-(.+)-(\d+)-(\d+)-\w{6}$/;

const NAME = hostname().replaceAll(/[^\w.-]/g, '_');
/** Whose process numbers these are: containers that share a folder have their own, even where they share a host name. */
const HOST = `${NAME}-${pidNamespace()}`;

/** A new folder in `folder`, for something that will be renamed when it is whole. */
export async function makeDraft(folder: string): Promise<string> {
  return mkdtemp(path.join(folder, `draft-${HOST}-${process.pid}-${startOf(process.pid)}-`));
}

/**
 * Removes drafts whose makers died over them: an engine that is killed at its start again and again would fill the disk. Where a process has the number
 * of one before, it has another start. What cannot be removed stays.
 */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('draft-')) continue;
    const [, host = '', pid, start] = DRAFT.exec(name) ?? [];
    const draft = path.join(folder, name);
    const isDead = host === HOST && !isAlive(Number(pid), Number(start));
    const unseen = host !== HOST && host.replace(/-\d*$/, '') === NAME;
    if (isDead || Date.now() - (await modifiedAt(draft)) > (unseen ? UNSEEN_MS : ABANDONED_MS)) {
      await rm(draft, { recursive: true, force: true }).catch(() => {});
    }
  }
}

/** As in `pid:[4026531836]`; nothing where there are none (pid_namespaces(7)). */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
  } catch {
    return '';
  }
}

function isAlive(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === start;
}

/** When a process started, in ticks since the system did; 0 where the system does not tell (proc_pid_stat(5), field 22). */
function startOf(pid: number): number {
  return Number(statFields(`/proc/${pid}/stat`)?.[19] ?? 0);
}

/** Just now, where it is gone already. */
async function modifiedAt(draft: string): Promise<number> {
  return (await stat(draft).catch(() => undefined))?.mtimeMs ?? Date.now();
}
