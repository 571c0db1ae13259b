import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { writeAtomically } from '../../src/model-builder/write-atomically.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-atomically-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('readers see one whole file or the other while several write', async () => {
  const path = join(folder, 'model.onnx');
  const size = 2_000_000;
  await writeAtomically(path, new Uint8Array(size));
  let writing = true;
  const writers = Promise.all([1, 2, 3, 4].map(value => writeAtomically(path, new Uint8Array(size).fill(value))));
  const done = writers.finally(() => {
    writing = false;
  });
  let reads = 0;
  do {
    const bytes = await readFile(path);
    assert.equal(bytes.length, size);
    assert.ok(bytes.every(byte => byte === bytes[0]));
    reads++;
  } while (writing);
  await done;
  assert.ok(reads > 0);
  assert.deepEqual(await readdir(folder), ['model.onnx']);
});

test('a failed write leaves nothing behind', async () => {
  const path = join(folder, 'model.onnx');
  await mkdir(join(path, 'in-the-way'), { recursive: true });
  await assert.rejects(writeAtomically(path, Uint8Array.of(1)), { syscall: 'rename' });
  assert.deepEqual(await readdir(folder), ['model.onnx']);
});
