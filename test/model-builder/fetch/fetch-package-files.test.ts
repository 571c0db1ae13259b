import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { create } from 'tar';
import { fetchPackageFiles } from '../../../src/model-builder/fetch/fetch-package-files.ts';
import { sha256 } from '../../../src/model-builder/sha256.ts';

const WANTED = Buffer.alloc(300_000, 'wanted');
const SPEC = '@someone/weights@1.2.3';
let folder: string;
let registry: Server;
let tarball: Buffer;
let asked: string[] = [];

/** A registry with one package of two files, whose address the npm settings of this process name. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-package-files-'));
  await mkdir(join(folder, 'package'));
  await writeFile(join(folder, 'package', 'wanted.bin'), WANTED);
  await writeFile(join(folder, 'package', 'other.bin'), Buffer.alloc(200_000, 'other'));
  await create({ gzip: true, cwd: folder, file: join(folder, 'weights.tgz') }, ['package']);
  tarball = await readFile(join(folder, 'weights.tgz'));

  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: `${url()}weights.tgz`, integrity: integrityOf(tarball) };
    const versions = { '1.2.3': { name: '@someone/weights', version: '1.2.3', dist } };
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ name: '@someone/weights', 'dist-tags': { latest: '1.2.3' }, versions }));
  });
  await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve));
  process.env.npm_config_registry = url();
  process.env.npm_config_noproxy = '127.0.0.1';
  process.env.npm_config_fetch_retries = '0';
});
after(async () => {
  registry.closeAllConnections();
  registry.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  asked = [];
  process.env.npm_config_cache = await mkdtemp(join(folder, 'cache-'));
  delete process.env.npm_config_offline;
});

function url(): string {
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
}

function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

function pinned(
  files: Record<string, string> = { 'package/wanted.bin': sha256(WANTED) },
  integrity = integrityOf(tarball),
) {
  return { spec: SPEC, integrity, bytes: tarball.length, files };
}

test('the wanted file comes from the registry of the npm settings; progress ends at the size of the tarball', async () => {
  const received: number[] = [];
  const files = await fetchPackageFiles(pinned(), bytes => received.push(bytes));
  assert.deepEqual([...files.keys()], ['package/wanted.bin']);
  assert.ok(WANTED.equals(files.get('package/wanted.bin')!));
  assert.equal(received.at(-1), tarball.length);
  assert.deepEqual(asked, ['/@someone%2fweights', '/weights.tgz']);
});

test("what npm's cache has is not fetched again, and offline it is enough", async () => {
  await fetchPackageFiles(pinned(), () => {});
  asked = [];
  process.env.npm_config_offline = 'true';
  const files = await fetchPackageFiles(pinned(), () => {});
  assert.ok(WANTED.equals(files.get('package/wanted.bin')!));
  assert.deepEqual(asked, []);
});

test('another tarball than the pinned one is refused', async () => {
  const other = pinned(undefined, integrityOf(Buffer.from('another tarball')));
  await assert.rejects(
    fetchPackageFiles(other, () => {}),
    { code: 'EINTEGRITY' },
  );
});

test('another file than the pinned one, or none, is refused', async () => {
  await assert.rejects(
    fetchPackageFiles(pinned({ 'package/wanted.bin': '0'.repeat(64) }), () => {}),
    {
      name: 'BuildError',
      message: `package/wanted.bin of ${SPEC} has SHA-256 ${sha256(WANTED)} instead of ${'0'.repeat(64)}.`,
    },
  );
  await assert.rejects(
    fetchPackageFiles(pinned({ 'package/absent.bin': '0'.repeat(64) }), () => {}),
    { name: 'BuildError', message: `${SPEC} has no file package/absent.bin.` },
  );
});

test('a tarball that ends early is refused', async () => {
  const whole = tarball;
  const integrity = integrityOf(tarball);
  tarball = tarball.subarray(0, tarball.length / 2);
  try {
    await assert.rejects(fetchPackageFiles(pinned(undefined, integrity), () => {}));
  } finally {
    tarball = whole;
  }
});
