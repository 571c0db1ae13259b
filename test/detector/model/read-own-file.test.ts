import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createDetector } from '../../../src/detector/index.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

let folder: string;
let manifestPath: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-own-'));
  manifestPath = await writeTinyModel(path.join(folder, 'm'));
  await mkdir(path.join(folder, 'elsewhere'));
  await mkdir(path.join(folder, 'm', '..data'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Moves a file of the model away and leaves a link to it. */
async function link(file: string, to: string): Promise<void> {
  await rename(path.join(folder, 'm', file), path.join(folder, to, file));
  await symlink(path.join(folder, to, file), path.join(folder, 'm', file));
}

for (const file of ['model.onnx', 'labels.txt']) {
  test(`${file} cannot be a link that leads outside the folder of its model`, async () => {
    await link(file, 'elsewhere');
    await assert.rejects(createDetector(manifestPath, { provider: 'cpu' }), {
      code: 'invalid_manifest',
      message: /is a link that leads outside the folder of its model, which is not read; copy the file there\.$/,
    });
  });

  test(`${file} can be a link inside the folder, as Kubernetes mounts it`, async () => {
    await link(file, 'm/..data');
    await (await createDetector(manifestPath, { provider: 'cpu' })).close();
  });
}

test('the folder itself can be a link: the operator names it, no file does', async () => {
  await symlink(path.join(folder, 'm'), path.join(folder, 'linked'));
  await (await createDetector(path.join(folder, 'linked', 'model.json'), { provider: 'cpu' })).close();
});
