import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
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
