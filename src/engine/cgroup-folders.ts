import { posix } from 'node:path';
import type { ReadText } from '../proc/proc-files.ts';

export interface CgroupFolder {
  path: string;
  version: 1 | 2;
}

/**
 * Folders of the control groups in which this process is, for one controller: its own group and every group above it that is
 * visible, in v2, v1 and hybrid layouts alike. What is set in any of them holds, so the tightest counts
 * (Linux: admin-guide/cgroup-v2.rst, admin-guide/cgroup-v1/memory.rst, scheduler/sched-bwc.rst, proc(5) for cgroup and mountinfo).
 */
export function cgroupFolders(controller: 'cpu' | 'memory', read: ReadText): CgroupFolder[] {
  const groups = new Map<1 | 2, string>();
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [id, controllers = '', ...path] = line.split(':');
    if (id === '0' && controllers === '') groups.set(2, path.join(':'));
    else if (controllers.split(',').includes(controller)) groups.set(1, path.join(':'));
  }

  const folders: CgroupFolder[] = [];
  for (const line of (read('/proc/self/mountinfo') ?? '').split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = left.split(' ');
    const [type, , superOptions = ''] = right.split(' ');
    const isV1 = type === 'cgroup' && superOptions.split(',').includes(controller);
    if (!isV1 && type !== 'cgroup2') continue;

    const version = isV1 ? 1 : 2;
    // The group's path as this mount shows it: a container may see its own group as the mount's root.
    const relative = posix.relative(root, groups.get(version) ?? root);
    let path = relative.startsWith('..') ? mountPoint : posix.join(mountPoint, relative);
    for (;;) {
      folders.push({ path, version });
      if (path.length <= mountPoint.length) break;
      path = posix.dirname(path);
    }
  }
  return folders;
}
