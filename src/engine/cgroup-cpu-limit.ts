import { posix } from 'node:path';
import type { ReadText } from '../proc/proc-files.ts';
import { cgroupFolders } from './cgroup-folders.ts';

/** `cpu.max` of cgroup v2, "150000 100000" or "max 100000", as CPUs. */
function limitV2(folder: string, read: ReadText): number {
  const [quota, period] = (read(posix.join(folder, 'cpu.max')) ?? '').trim().split(/\s+/).map(Number);
  return cpus(quota, period);
}

/** `cpu.cfs_quota_us`, -1 for none, and `cpu.cfs_period_us` of cgroup v1, as CPUs. */
function limitV1(folder: string, read: ReadText): number {
  const quota = Number(read(posix.join(folder, 'cpu.cfs_quota_us')) ?? Number.NaN);
  return cpus(quota, Number(read(posix.join(folder, 'cpu.cfs_period_us')) ?? Number.NaN));
}

function cpus(quota: number | undefined, period: number | undefined): number {
  return quota && period && quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

/** CPUs that the control groups of this process allow, `Infinity` when they set no bound. */
export function cgroupCpuLimit(read: ReadText): number {
  const limits = cgroupFolders('cpu', read).map(({ path, version }) =>
    version === 1 ? limitV1(path, read) : limitV2(path, read),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}
