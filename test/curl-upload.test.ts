import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { curlUpload } from '../src/curl-upload.ts';
import { missing } from './support/has-tool.ts';

/** The shell and curl themselves read what is written for them. */

const run = promisify(execFile);
let folder: string;
let url: string;
let received = '';
const server = createServer(async (request, response) => {
  received = '';
  for await (const chunk of request) received += chunk;
  response.end();
});

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-curl-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test('a plain path stays as it is', () => {
  assert.equal(curlUpload('samples/astronaut.jpg'), '-F image=@samples/astronaut.jpg');
});

for (const name of ['My Pictures', 'a,b;type=text', "Anna's", 'a "quoted" one', 'back\\slash', '$HOME `id` (1)']) {
  test(`curl sends the file in the folder: ${name}`, { skip: missing('curl') }, async () => {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'picture.jpg'), `bytes in ${name}`);
    await run('sh', ['-c', `curl -sS ${curlUpload(`${name}/picture.jpg`)} ${url}`], { cwd: folder });
    assert.ok(received.includes(`bytes in ${name}`), received);
  });
}
