import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const STUCK = fileURLToPath(new URL('./support/stuck-process.js', import.meta.url));
const OLD_GLIBC = new URL('./support/old-glibc.js', import.meta.url).href;
const NO_GLIBC = process.platform !== 'linux' && 'needs Linux';
const NEW_PIDS = ['--pid', '--fork', '--kill-child', '--mount-proc'];

/** The exit code of a process, or the signal it ended by. */
async function endOf(t: TestContext, command: string, ...args: string[]): Promise<unknown> {
  const child = spawn(command, args, { stdio: 'inherit' });
  t.after(() => child.kill('SIGKILL'));
  const [code, signal] = await once(child, 'exit', { signal: AbortSignal.timeout(30_000) });
  return code ?? signal;
}

test('a process whose event loop does not turn any more ends itself', { skip: NO_GLIBC }, async t => {
  const startedAt = performance.now();
  assert.equal(await endOf(t, process.execPath, STUCK, '1'), 26);
  t.diagnostic(`ended after ${((performance.now() - startedAt) / 1000).toFixed(1)} s, with 1 s of CPU time allowed`);
});

test('one with a glibc of before 2.34 ends itself, too', { skip: NO_GLIBC }, async t => {
  assert.equal(await endOf(t, process.execPath, '--import', OLD_GLIBC, STUCK, '1'), 26);
});

test('one that is busy, but whose event loop turns, is left alone', { skip: NO_GLIBC }, async t => {
  assert.equal(await endOf(t, process.execPath, STUCK, '2', '5000'), 0);
});

const canBeFirst = spawnSync('unshare', [...NEW_PIDS, 'true']).status === 0;
test('the first process of a container ends itself, too', {
  skip: !canBeFirst && 'needs unshare and root',
}, async t => {
  assert.equal(await endOf(t, 'unshare', ...NEW_PIDS, process.execPath, STUCK, '1'), 26);
});
