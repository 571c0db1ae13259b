import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/start-server.ts';
import { readConfig } from '../../src/config.ts';
import { squares } from '../support/squares.ts';
import { startTinyService } from '../support/tiny-service.ts';

/** deploy/nginx.conf before a real service; only its ports are others. */

const NGINX = '/usr/sbin/nginx';
const skip = spawnSync(NGINX, ['-v']).error !== undefined && 'not installed here: nginx';

const url = skip ? '' : await startNginx();

async function startNginx(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-nginx-'));
  const service = await startTinyService();
  const [port, gone] = [await freePort(), await freePort()];
  const shipped = await readFile('deploy/nginx.conf', 'utf8');
  const site = shipped
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace(/server 127\.0\.0\.1:8080 (.+);/, `server 127.0.0.1:${service.port} $1; server 127.0.0.1:${gone} $1;`);
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    place => `${place}_temp_path ${path.join(folder, place)};`,
  );
  const file = path.join(folder, 'nginx.conf');
  await writeFile(
    file,
    `${user} daemon off; pid ${path.join(folder, 'pid')}; error_log ${path.join(folder, 'log')}; events {}
     http { access_log off; ${places.join(' ')} ${site} }`,
  );
  const nginx = spawn(NGINX, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  after(async () => {
    nginx.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const address = `http://127.0.0.1:${port}`;
  const answers = async () => (await fetch(`${address}/health/live`).catch(() => undefined))?.ok;
  for (let tried = 0; tried < 100 && !(await answers()); tried++) await sleep(50);
  return address;
}

test('pictures larger than 1 MB come through, also while one of two instances is gone', { skip }, async () => {
  // Bytes behind the end of a picture are no part of it.
  const picture = Buffer.concat([await squares([['red', 2, 2]]), Buffer.alloc(5_000_000)]);
  for (let sent = 0; sent < 10; sent++) {
    const answer = await fetch(`${url}/detect`, { method: 'POST', body: picture });
    assert.equal(answer.status, 200, await answer.clone().text());
    const { detections } = (await answer.json()) as { detections: { label: string }[] };
    assert.deepEqual(
      detections.map(({ label }) => label),
      ['red'],
    );
  }
});

test('it takes bodies as large as the service does, in the same words, and no larger', { skip }, async () => {
  const { maxBodyBytes, deadlineMs } = readConfig({}, 2);
  const shipped = await readFile('deploy/nginx.conf', 'utf8');
  assert.equal(Number(/client_max_body_size (\d+)m;/.exec(shipped)![1]) * 1024 ** 2, maxBodyBytes);
  assert.ok(Number(/proxy_read_timeout (\d+)s;/.exec(shipped)![1]) * 1000 > deadlineMs);
  const asked = (size: number) => fetch(`${url}/detect`, { method: 'POST', body: Buffer.alloc(size) });
  const taken = await asked(maxBodyBytes);
  assert.deepEqual([taken.status, taken.headers.get('content-type')], [415, 'application/problem+json']);
  assert.equal((await asked(maxBodyBytes + 1)).status, 413);
});

test('metrics are not for everybody', { skip }, async () => {
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
});
