import assert from 'node:assert/strict';
import promises, { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { CliError } from '../../../src/cli/cli-error.ts';
import { newFolder } from '../../../src/cli/model/new-folder.ts';

let models: string;

before(async () => {
  models = await mkdtemp(path.join(tmpdir(), 'gfl-new-folder-'));
});
after(() => rm(models, { recursive: true, force: true }));

test('a folder that cannot be replaced is there as it was, and a sentence says so', async () => {
  const folder = path.join(models, 'm');
  await mkdir(folder);
  await writeFile(path.join(folder, 'model.json'), 'old');
  // Somebody takes the new one away before it is in its place.
  await assert.rejects(
    newFolder(folder, true, temporary => rm(temporary, { recursive: true })),
    (error: Error) => error instanceof CliError && /m cannot be written: ENOENT/.test(error.message),
  );
  assert.deepEqual(await readdir(models), ['m']);
  assert.equal(await readFile(path.join(folder, 'model.json'), 'utf8'), 'old');
});

/** Another run made `parent`, and removes it when this one has just seen that it is there. */
function removedOnce(t: TestContext, parent: string): void {
  const make = promises.mkdir;
  const mocked = t.mock.method(promises, 'mkdir', async (folder: string, options?: { recursive: boolean }) => {
    const made = await make(folder, options);
    if (mocked.mock.callCount() === 1) await rmdir(parent);
    return made;
  });
  syncBuiltinESMExports();
  t.after(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
}

test('a parent that another run takes away is made again', async t => {
  const parent = path.join(models, 'new');
  await mkdir(parent);
  removedOnce(t, parent);
  await newFolder(path.join(parent, 'm'), false, temporary => writeFile(path.join(temporary, 'model.json'), 'new'));
  assert.equal(await readFile(path.join(parent, 'm', 'model.json'), 'utf8'), 'new');
  await rm(parent, { recursive: true });
});

test('a parent that is made again goes again when this run fails, too', async t => {
  const parent = path.join(models, 'new');
  await mkdir(parent);
  removedOnce(t, parent);
  await assert.rejects(
    newFolder(path.join(parent, 'm'), false, () => Promise.reject(new Error('no model'))),
    /no model/,
  );
  assert.ok(!(await readdir(models)).includes('new'));
});
