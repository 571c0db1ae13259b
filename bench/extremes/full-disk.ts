import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Extreme } from './extreme.ts';
import { askForLines, serviceLoggingTo, stopTimed } from './service-logging-to.ts';

const REQUESTS = 2500;
const FULL_KB = 64;
/** Less than that, and the disk was not full. */
const FULL_BYTES = 60_000;
const STEPS = 20;
const STEP_KB = 8;
const ROOM_KB = 4096;
/** Longer than the service waits before it tries again. */
const STEP_MS = 150;
const EXIT_S = 3;

/**
 * The disk under the log is full while requests come, then gets room for a few lines at a time, so that writes are cut short, and at last for all.
 * It is mounted where the service alone sees it, and is gone with it.
 */
export const fullDisk: Extreme = {
  name: 'full-disk',
  bound: `${REQUESTS} requests on a full disk cost no answer and no line, exit 0 within ${EXIT_S} s`,
  missing() {
    const { status, error, stderr } = spawnSync('unshare', ['--mount', ...mountAt(tmpdir())], { encoding: 'utf8' });
    if (status === 0) return undefined;
    return `needs root, unshare and a tmpfs: ${(error?.message ?? stderr).trim().split('\n')[0]}`;
  },
  async run() {
    const folder = mkdtempSync(path.join(tmpdir(), 'gfl-full-disk-'));
    try {
      return await fill(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function mountAt(folder: string): string[] {
  return ['mount', '-t', 'tmpfs', '-o', `size=${FULL_KB}k`, 'none', folder];
}

async function fill(folder: string) {
  const file = path.join(folder, 'log');
  const service = await serviceLoggingTo(file, mountAt(folder).join(' '), ['unshare', '--mount']);
  const { pid } = service.process;
  let log: FileHandle | undefined;
  try {
    log = await open(`/proc/${pid}/root${file}`); // which keeps it when the service and its disk are gone
    const answered = await askForLines(service.url, REQUESTS);
    const { size: fullBytes } = await log.stat();
    const resize = (sizeKb: number) =>
      execFileSync('nsenter', ['-t', String(pid), '-m', 'mount', '-o', `remount,size=${sizeKb}k`, folder]);
    for (let step = 1; step <= STEPS; step++) {
      resize(FULL_KB + step * STEP_KB);
      await sleep(STEP_MS);
    }
    resize(ROOM_KB);
    await sleep(STEP_MS);
    const { code, seconds } = await stopTimed(service);
    const lines = (await log.readFile('utf8')).trimEnd().split('\n');
    const requests = lines.map(messageOf).filter(message => message === 'request').length;
    const broken = lines.filter(line => messageOf(line) === undefined).length;
    return {
      figure: `full at ${fullBytes} bytes: ${answered} of ${REQUESTS} answered, ${requests} of ${REQUESTS} lines, ${broken} broken; exit ${code} after ${seconds.toFixed(1)} s`,
      held:
        fullBytes >= FULL_BYTES &&
        fullBytes <= FULL_KB * 1024 &&
        answered === REQUESTS &&
        requests === REQUESTS &&
        broken === 0 &&
        code === 0 &&
        seconds <= EXIT_S,
    };
  } finally {
    await log?.close();
    service.process.kill('SIGKILL');
    await service.stop();
  }
}

/** Undefined where the line is not whole. */
function messageOf(line: string): string | undefined {
  try {
    return (JSON.parse(line) as { msg: string }).msg;
  } catch {
    return undefined;
  }
}
