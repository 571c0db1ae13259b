import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/start-server.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** Whoever should read the log may stop reading, or die: the service goes on, in bounded memory, and ends when it is told to. */

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-log-'));
  await writeTinyModel(path.join(folder, 'tiny'));
});
after(() => rm(folder, { recursive: true, force: true }));

function launch(t: TestContext, port: number) {
  const own = {
    MODELS_DIR: folder,
    MODEL: 'tiny',
    CACHE_DIR: 'none',
    ENGINES: '1',
    PROVIDER: 'cpu',
    PORT: String(port),
  };
  const env = { ...process.env, ...own };
  const child = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function start(t: TestContext) {
  const child = launch(t, 0);
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  for (const startedAt = Date.now(); !said.includes('Try:') && Date.now() - startedAt < 60_000; ) await sleep(20);
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
  assert.ok(url, said);
  return { child, url };
}

/** Each is a line of the log of some 270 bytes. */
async function ask(url: string, count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 20) {
    const batch = Array.from({ length: 20 }, () => fetch(`${url}/nowhere`));
    for (const response of await Promise.all(batch)) {
      assert.equal(response.status, 404);
      await response.arrayBuffer();
    }
  }
}

async function assertEnds(child: ReturnType<typeof spawn>): Promise<void> {
  const closed = once(child, 'close'); // the log is whole only then
  child.kill('SIGTERM');
  const ended = await Promise.race([closed, sleep(30_000, undefined, { ref: false })]);
  if (ended === undefined) child.kill('SIGKILL');
  assert.deepEqual(ended, [0, null], 'it ends, with 0');
}

test('a log that is read has a line for every request, in order, and the last word', async t => {
  const { child, url } = await start(t);
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  await ask(url, 400);
  await assertEnds(child);
  const lines = Buffer.concat(chunks)
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { msg: string; time: number });
  assert.equal(lines.filter(({ msg }) => msg === 'request').length, 400);
  assert.equal(lines.at(-1)?.msg, 'stopped');
  assert.ok(lines.every(({ time }, index) => index === 0 || time >= lines[index - 1]!.time));
});

test('whoever reads the other stream, for people, is gone before it says anything', async t => {
  const port = await freePort();
  const child = launch(t, port);
  child.stderr.destroy();
  child.stdout.resume();
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const startedAt = Date.now(); !(await ready()) && Date.now() - startedAt < 60_000; ) await sleep(20);
  await sleep(500); // it has said where to look by now
  await ask(`http://127.0.0.1:${port}`, 20);
  await assertEnds(child);
});

test('nobody reads the log: requests are answered, and it ends', async t => {
  const { child, url } = await start(t);
  await ask(url, 3000);
  await assertEnds(child);
});

test('a reader that comes late learns how many lines are missing', async t => {
  const { child, url } = await start(t);
  await ask(url, 7000);
  let log = '';
  child.stdout.on('data', chunk => {
    log += chunk;
  });
  await sleep(1000);
  await ask(url, 20);
  await assertEnds(child);
  const lines = log.trim().split('\n');
  const counts = lines.filter(line => line.includes('were dropped')).map(line => JSON.parse(line).lines as number);
  const dropped = counts.reduce((sum, count) => sum + count, 0);
  assert.ok(dropped > 0);
  const requests = lines.filter(line => line.includes('"msg":"request"')).length;
  assert.equal(requests + dropped, 7020, `${requests} lines, ${dropped} dropped`);
});

for (const stalled of [false, true]) {
  test(`the reader of the log dies${stalled ? ' after it had stalled' : ''}: the service goes on, and ends`, async t => {
    const { child, url } = await start(t);
    await ask(url, stalled ? 3000 : 20);
    child.stdout.destroy();
    await ask(url, 200);
    await assertEnds(child);
  });
}
