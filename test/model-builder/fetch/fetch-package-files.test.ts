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
import { seededRandom } from '../../support/random.ts';

const WANTED = Buffer.alloc(300_000, 'wanted');
const SPEC = '@someone/weights@1.2.3';
let folder: string;
let registry: Server;
/** What the registry sends, and the integrity that it tells of it. */
let tarball: Buffer;
let integrity: string;
let asked: string[] = [];

/** A registry with one package of two files, whose address the npm settings of this process name. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-package-files-'));
  await mkdir(join(folder, 'package'));
  await writeFile(join(folder, 'package', 'wanted.bin'), WANTED);
  await writeFile(join(folder, 'package', 'other.bin'), Buffer.alloc(200_000, 'other'));
  await create({ gzip: true, cwd: folder, file: join(folder, 'weights.tgz') }, ['package']);
  tarball = await readFile(join(folder, 'weights.tgz'));
  integrity = integrityOf(tarball);

  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: `${url()}weights.tgz`, integrity };
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

function pinned(files: Record<string, string> = { 'package/wanted.bin': sha256(WANTED) }, pinnedIntegrity = integrity) {
  return { spec: SPEC, integrity: pinnedIntegrity, bytes: tarball.length, files };
}

/** As if the registry had `whole`, and other bytes came. */
async function withDamaged(whole: Buffer, damaged: Buffer, use: () => Promise<void>): Promise<void> {
  const before = { tarball, integrity };
  tarball = damaged;
  integrity = integrityOf(whole);
  try {
    await use();
  } finally {
    ({ tarball, integrity } = before);
  }
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
  await withDamaged(tarball, tarball.subarray(0, tarball.length / 2), async () => {
    await assert.rejects(fetchPackageFiles(pinned(), () => {}));
    assert.ok(asked.includes('/weights.tgz'));
  });
});

test('a tarball damaged in its middle is fetched once more, then refused', { timeout: 20_000 }, async () => {
  // Of hexadecimal digits the archive keeps half the length, in codes that break in the damage and not at the checksum behind all of them.
  const random = seededRandom(7);
  const digits = Array.from({ length: 600_000 }, () => Math.floor(random() * 16).toString(16)).join('');
  await mkdir(join(folder, 'large', 'package'), { recursive: true });
  await writeFile(join(folder, 'large', 'package', 'wanted.bin'), digits);
  await create({ gzip: true, cwd: join(folder, 'large'), file: join(folder, 'large.tgz') }, ['package']);
  const whole = await readFile(join(folder, 'large.tgz'));
  const at = Math.floor(whole.length / 2);
  const damaged = Buffer.from(whole);
  damaged.set(
    Uint8Array.from({ length: 1000 }, () => random() * 256),
    at,
  );
  const cases: [of: Buffer, code: string][] = [
    [whole, 'EINTEGRITY'],
    [damaged, 'Z_DATA_ERROR'], // as if it had been pinned like that
  ];
  for (const [of, code] of cases) {
    asked = [];
    await withDamaged(of, damaged, async () => {
      const progress: number[] = [];
      await assert.rejects(
        fetchPackageFiles(pinned(), bytes => progress.push(bytes)),
        { code },
      );
      assert.ok(progress.indexOf(damaged.length) > 2, 'it comes in several chunks, and all of them are read');
      assert.deepEqual(asked.slice(1), ['/weights.tgz', '/weights.tgz']);
    });
  }
});
