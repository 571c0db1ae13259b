import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

/** Before a command: strace outside of it, whose child it is (`-D`), stopping it and all below it at these calls alone. */
const STRACE = ['-D', '-f', '--seccomp-bpf', '-e', 'trace=socket,connect,bind'];

/** Why processes cannot be watched here; false when they can. */
export function cannotTrace(): string | false {
  const { status } = spawnSync('strace', [...STRACE, '-o', '/dev/null', 'true']);
  return status === 0 ? false : 'needs strace, and leave to trace';
}

/** Writes down every call with which a command, or what it starts, turns to a network. */
export async function networkCalls(command: string, args: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-strace-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'calls');
  return {
    command: 'strace',
    args: [...STRACE, '-o', file, command, ...args],
    /** Those of IP, without process ids, and how many processes and threads there were. Ask when all of them have ended. */
    async read() {
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      const calls = lines.map(line => line.replace(/^\d+ +/, '')).filter(line => /AF_INET|AF_PACKET/.test(line));
      return { calls, ended: lines.filter(line => line.includes('+++')).length };
    },
  };
}
