import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { lastingThreads } from '../../../bench/chaos/lasting-threads.ts';
import { hasProc } from '../../../bench/measure/process-tree.ts';

const skip = hasProc ? false : 'reads /proc';

/** A process of one thread that has this name. */
async function named(t: TestContext, name: string): Promise<number> {
  const child = spawn('sh', ['-c', 'printf %s "$1" > /proc/$$/comm; echo; read wait', 'sh', name], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid!;
}

test('threads that libraries have as they need them are not counted', { skip }, async t => {
  const names = ['node', 'libvips worker', '[pango] fontcon', 'libuv-worker'];
  const pids = await Promise.all(names.map(name => named(t, name)));
  assert.deepEqual(
    pids.map(pid => lastingThreads([pid])),
    [1, 0, 0, 1],
  );
  assert.equal(lastingThreads(pids), 2);
});

test('a process that has ended has none', { skip }, () => assert.equal(lastingThreads([2 ** 22 + 1]), 0));
