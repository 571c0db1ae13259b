import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cacheFolder } from '../../src/engine/cache-folder.ts';

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-folder-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The user's cache folder and the temporary one, for the time of a test. */
function moveTo(t: TestContext, caches: string, temporaryFolder: string): void {
  const { XDG_CACHE_HOME, TMPDIR } = process.env;
  process.env.XDG_CACHE_HOME = caches;
  process.env.TMPDIR = temporaryFolder;
  t.after(() => {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
}

test('cache folder: none', async () => assert.deepEqual(await cacheFolder('none'), {}));

test('cache folder: a given one is made, for this user only', async t => {
  const wanted = path.join(await temporary(t), 'a', 'b');
  assert.deepEqual(await cacheFolder(wanted), { folder: wanted });
  assert.equal((await stat(wanted)).mode & 0o777, 0o700);
});

test('cache folder: one that cannot be made although the folder above is there', { timeout: 10_000 }, async t => {
  if (process.platform !== 'linux') return t.skip('there is no /proc');
  const { folder, note } = await cacheFolder('/proc/nope/deeper');
  assert.equal(folder, undefined);
  assert.match(note!, /\/proc\/nope\/deeper cannot be written \(ENOENT\)/);
});

test("cache folder: auto is in the user's cache folder", async t => {
  const caches = await temporary(t);
  moveTo(t, caches, '/nowhere');
  assert.deepEqual(await cacheFolder('auto'), { folder: path.join(caches, 'gfl-serve') });
});

test('cache folder: auto is a private one in the temporary folder where the first cannot be written', async t => {
  const caches = await temporary(t);
  await writeFile(path.join(caches, 'file'), '');
  const folder = await temporary(t);
  moveTo(t, path.join(caches, 'file'), folder);
  const own = path.join(folder, `gfl-serve-${process.getuid?.() ?? 'cache'}`);
  assert.deepEqual(await cacheFolder('auto'), { folder: own });
  assert.equal((await stat(own)).mode & 0o777, 0o700);

  // Whoever is sooner there cannot put graphs under the service: not by a folder that others can write,
  await chmod(own, 0o777);
  assert.match((await cacheFolder('auto')).note ?? '', /can be written by others$/);
  // and not by a link.
  await rm(own, { recursive: true });
  await symlink(await temporary(t), own);
  const { folder: none, note } = await cacheFolder('auto');
  assert.equal(none, undefined);
  assert.match(note ?? '', /^optimised graphs are not kept.* cannot be written \(ENOTDIR\), .*is not a folder$/);
});
