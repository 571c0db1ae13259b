import { posix } from 'node:path';

/** Text of a file, or undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

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

/**
 * CPUs that the control groups of this process allow, `Infinity` when they set no bound. The tightest of the own group
 * and of every group above it that is visible counts, in v2, v1 and hybrid layouts alike
 * (Linux: admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst, proc(5) for cgroup and mountinfo).
 */
export function cgroupCpuLimit(read: ReadText): number {
  const groups = new Map<'v1' | 'v2', string>();
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [id, controllers = '', ...path] = line.split(':');
    if (id === '0' && controllers === '') groups.set('v2', path.join(':'));
    else if (controllers.split(',').includes('cpu')) groups.set('v1', path.join(':'));
  }

  let limit = Number.POSITIVE_INFINITY;
  for (const line of (read('/proc/self/mountinfo') ?? '').split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = left.split(' ');
    const [type, , superOptions = ''] = right.split(' ');
    const isV1 = type === 'cgroup' && superOptions.split(',').includes('cpu');
    if (!isV1 && type !== 'cgroup2') continue;

    // The group's path as this mount shows it: a container may see its own group as the mount's root.
    const relative = posix.relative(root, groups.get(isV1 ? 'v1' : 'v2') ?? root);
    let folder = relative.startsWith('..') ? mountPoint : posix.join(mountPoint, relative);
    for (;;) {
      limit = Math.min(limit, isV1 ? limitV1(folder, read) : limitV2(folder, read));
      if (folder.length <= mountPoint.length) break;
      folder = posix.dirname(folder);
    }
  }
  return limit;
}
