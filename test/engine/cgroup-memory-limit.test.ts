import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroupMemoryLimit } from '../../src/engine/cgroup-memory-limit.ts';

const V2_MOUNT = '29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const V1_MOUNT = '34 25 0:29 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory';
/** What v1 says where nothing is set. */
const NONE_V1 = '9223372036854771712\n';

/** Which groups count, in which layout, is the same for CPUs: cgroup-cpu-limit.test.ts has more of them. */
const cases: Record<string, { files: Record<string, string>; bytes: number }> = {
  'no cgroups at all': { files: {}, bytes: Number.POSITIVE_INFINITY },
  'v2 without a limit': {
    files: {
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/memory.max': 'max\n',
      '/sys/fs/cgroup/memory.high': 'max\n',
    },
    bytes: Number.POSITIVE_INFINITY,
  },
  'v2: the limit of a slice counts for the services in it': {
    files: {
      '/proc/self/cgroup': '0::/vision.slice/gfl.service\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/vision.slice/gfl.service/memory.max': 'max\n',
      '/sys/fs/cgroup/vision.slice/memory.max': '536870912\n',
    },
    bytes: 536_870_912,
  },
  'v2: what is slowed down above memory.high has no more': {
    files: {
      '/proc/self/cgroup': '0::/gfl.service\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/gfl.service/memory.max': '1073741824\n',
      '/sys/fs/cgroup/gfl.service/memory.high': '805306368\n',
    },
    bytes: 805_306_368,
  },
  'v1: a group without a limit in one with a limit, beside the quota of another controller': {
    files: {
      '/proc/self/cgroup': '9:memory:/pods/a\n4:cpu,cpuacct:/elsewhere\n0::/\n',
      '/proc/self/mountinfo': `${V2_MOUNT.replace('/sys/fs/cgroup', '/sys/fs/cgroup/unified')}\n${V1_MOUNT}`,
      '/sys/fs/cgroup/memory/pods/a/memory.limit_in_bytes': NONE_V1,
      '/sys/fs/cgroup/memory/pods/memory.limit_in_bytes': '629145600\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': NONE_V1,
      '/sys/fs/cgroup/memory/elsewhere/memory.limit_in_bytes': '1000\n',
    },
    bytes: 629_145_600,
  },
};

for (const [name, { files, bytes }] of Object.entries(cases)) {
  test(`memory that control groups allow: ${name}`, () => {
    assert.equal(
      cgroupMemoryLimit(path => files[path]),
      bytes,
    );
  });
}
