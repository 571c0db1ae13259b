import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { isAlive } from '../support/processes.ts';
import { writeTinyModel } from '../support/tiny-model.ts';
import { until } from './fake-pool.ts';

const FAKE = './fake-engine.js';
const REAL = '../../src/engine/engine-process.js';

/** Starts a parent with one engine, kills it, and returns how long the engine lived on. */
async function outlives(t: TestContext, ...args: string[]): Promise<number> {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./parent.js', import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const engine = Number(line.toString());
  t.after(() => isAlive(engine) && process.kill(engine, 'SIGKILL'));
  assert.ok(engine > 1 && isAlive(engine));
  parent.kill('SIGKILL');
  const ms = await until(() => !isAlive(engine), 'engine gone');
  t.diagnostic(`engine gone ${ms.toFixed(0)} ms after its parent`);
  return ms;
}

async function realArguments(t: TestContext, slowMs: number): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-orphan-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return [REAL, await writeTinyModel(folder, { slowMs }), 'tiny'];
}

test('an idle engine goes with its parent', async t => {
  assert.ok((await outlives(t, ...(await realArguments(t, 0)))) < 2000);
});

test('an engine whose parent only lets go of it exits', async t => {
  const entry = fileURLToPath(new URL(REAL, import.meta.url));
  const engine = fork(entry, [String(process.pid)], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  });
  t.after(() => engine.kill('SIGKILL'));
  await once(engine, 'spawn');
  engine.disconnect();
  const [code] = await once(engine, 'exit', { signal: AbortSignal.timeout(5000) });
  assert.equal(code, 0);
});

test('an engine in the middle of an inference goes with its parent', async t => {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    .png()
    .toBuffer();
  const args = await realArguments(t, 3000);
  assert.ok((await outlives(t, ...args, picture.toString('base64'))) < 2000);
});

test('an engine in an endless loop goes with its parent', async t => {
  assert.ok((await outlives(t, FAKE, 'ready', 'fake', Buffer.from('spin').toString('base64'))) < 2000);
});
