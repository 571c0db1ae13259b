import { readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { statFields } from '../../proc/proc-files.ts';

/** Of other hosts, whose processes are not to be seen: no engine takes so long for one graph. */
const ABANDONED_MS = 60 * 60 * 1000;
/** Of a host of our name whose processes are not to be seen: most likely this container, before it was started again. */
const UNSEEN_MS = 5 * 60 * 1000;
/** Who is stopped in the middle of a draft, as by Ctrl-Z, is not waited for without end. */
const MOST_WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;
/** `draft-ENTRY-HOST-PID-START-RANDOM`: host names hold hyphens. */
const DRAFT = /^draft-([0-9a-f]+)-(.+)-(\d+)-(\d+)-\w{6}$/;

const NAME = hostname().replaceAll(/[^\w.-]/g, '_');
/** Whose process numbers these are: containers that share a folder have their own, even where they share a host name. */
const HOST = `${NAME}-${pidNamespace()}`;

/** A new folder in `folder`, for something that will be renamed to `entry`, a name in hexadecimal, when it is whole. */
export async function makeDraft(folder: string, entry: string): Promise<string> {
  return mkdtemp(path.join(folder, `draft-${entry}-${HOST}-${process.pid}-${startOf(process.pid)}-`));
}

/**
 * Removes drafts whose makers died over them: an engine that is killed at its start again and again would fill the disk. Where a process has the number
 * of one before, it has another start. One whose maker lives stays, however old. What cannot be removed stays.
 */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('draft-') && (await isAbandoned(folder, name))) {
      await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => {});
    }
  }
}

/**
 * Resolves when no living process of this host has a draft of `entry`; true if one had. Engines that start together would otherwise all make the
 * same, each at the others' cost. Two that look in the same millisecond both make it, which does no harm.
 */
export async function waitForOthers(folder: string, entry: string, mostMs = MOST_WAIT_MS): Promise<boolean> {
  const startedAt = performance.now();
  const isBeingMade = (name: string) => DRAFT.exec(name)?.[1] === entry && makerOf(name) === 'alive';
  for (let looks = 0; ; looks++) {
    const goOn = (await readdir(folder)).some(isBeingMade) && performance.now() - startedAt < mostMs;
    if (!goOn) return looks > 0;
    await sleep(LOOK_AGAIN_MS);
  }
}

async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const maker = makerOf(name);
  if (maker === 'alive') return false;
  if (maker === 'dead') return true;
  const { mtimeMs = Date.now() } = (await stat(path.join(folder, name)).catch(() => undefined)) ?? {}; // gone already
  return Date.now() - mtimeMs > (maker === 'unseen' ? UNSEEN_MS : ABANDONED_MS);
}

/** What can be known of the process that made a draft; `unseen` for one of a host of our name with other process numbers. */
function makerOf(name: string): 'alive' | 'dead' | 'unseen' | 'unknown' {
  const [, , host = '', pid, start] = DRAFT.exec(name) ?? [];
  if (host !== HOST) return host.replace(/-\d*$/, '') === NAME ? 'unseen' : 'unknown';
  if (!isAlive(Number(pid), Number(start))) return 'dead';
  return Number(start) > 0 ? 'alive' : 'unknown'; // its number may be another's by now
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
