import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroupCpuLimit } from '../../src/engine/cgroup-cpu-limit.ts';
import { usableCpus } from '../../src/engine/usable-cpus.ts';

const V2_MOUNT = '29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const V1_MOUNT = '33 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct';

const cases: Record<string, { files: Record<string, string>; cpus: number }> = {
  'no cgroups at all': { files: {}, cpus: Number.POSITIVE_INFINITY },
  'v2 without a quota': {
    files: {
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/cpu.max': 'max 100000\n',
    },
    cpus: Number.POSITIVE_INFINITY,
  },
  'v2 in a container with its own namespace': {
    files: {
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/cpu.max': '150000 100000\n',
    },
    cpus: 1.5,
  },
  'v2 nested: the tightest ancestor counts': {
    files: {
      '/proc/self/cgroup': '0::/system.slice/gfl.service/inner\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/system.slice/gfl.service/inner/cpu.max': '800000 100000',
      '/sys/fs/cgroup/system.slice/gfl.service/cpu.max': '200000 100000',
      '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000',
    },
    cpus: 2,
  },
  'v2 whose mount shows only the own group': {
    files: {
      '/proc/self/cgroup': '0::/docker/abc/child\n',
      '/proc/self/mountinfo': '29 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw',
      '/sys/fs/cgroup/child/cpu.max': 'max 100000',
      '/sys/fs/cgroup/cpu.max': '50000 100000',
      '/sys/fs/cgroup/docker/abc/child/cpu.max': '900000 100000',
    },
    cpus: 0.5,
  },
  'v2 path outside the mount': {
    files: {
      '/proc/self/cgroup': '0::/../../elsewhere\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/cpu.max': '300000 100000',
    },
    cpus: 3,
  },
  'v1 with a quota': {
    files: {
      '/proc/self/cgroup': '12:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n',
      '/proc/self/mountinfo': V1_MOUNT.replace('0:28 /', '0:28 /docker/abc'),
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '250000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
    cpus: 2.5,
  },
  'v1 without a quota': {
    files: {
      '/proc/self/cgroup': '4:cpu,cpuacct:/\n',
      '/proc/self/mountinfo': V1_MOUNT,
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
    cpus: Number.POSITIVE_INFINITY,
  },
  'cpuset is not cpu': {
    files: {
      '/proc/self/cgroup': '4:cpuset:/\n',
      '/proc/self/mountinfo': '33 25 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset',
      '/sys/fs/cgroup/cpuset/cpu.cfs_quota_us': '100000',
      '/sys/fs/cgroup/cpuset/cpu.cfs_period_us': '100000',
    },
    cpus: Number.POSITIVE_INFINITY,
  },
  'hybrid: the quota is v1, v2 only names processes': {
    files: {
      '/proc/self/cgroup': '4:cpu,cpuacct:/app\n0::/app\n',
      '/proc/self/mountinfo': `30 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n${V1_MOUNT}\n`,
      '/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us': '400000',
      '/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us': '100000',
    },
    cpus: 4,
  },
};

for (const [name, { files, cpus }] of Object.entries(cases)) {
  test(name, () =>
    assert.equal(
      cgroupCpuLimit(path => files[path]),
      cpus,
    ),
  );
}

test('this machine gives a whole number of at least 1', () => {
  const cpus = usableCpus();
  assert.ok(Number.isInteger(cpus) && cpus >= 1, `${cpus}`);
});
