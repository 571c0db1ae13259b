import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { externalWeights } from '../../../src/detector/model/external-weights.ts';

test('weights are read whole where a read gives less than was asked for, and refused where a file becomes shorter', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-weights-'));
  t.after(() => rm(folder, { recursive: true }));
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const file = path.join(folder, 'weights.bin');
  await writeFile(file, bytes);
  const handle = await open(file);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const read = prototype.read;
  let end = Infinity;
  // Linux gives at most 2 GiB less a page a read: here it is 300 bytes.
  t.mock.method(prototype, 'read', function (this: unknown, into: Uint8Array, at: number, size: number, from: number) {
    return read.call(this, into, at, Math.max(0, Math.min(size, 300, end - from)), from);
  });
  assert.deepEqual(await externalWeights(folder, 2000)('weights.bin', 7, 990), bytes.slice(7, 997));
  assert.deepEqual(await externalWeights(folder, 2000)('weights.bin', 5, undefined), bytes.slice(5));
  end = 500;
  await assert.rejects(externalWeights(folder, 2000)('weights.bin', 7, 990), {
    name: 'OnnxError',
    message: 'it keeps weights in "weights.bin", which became shorter while it was read',
  });
});
