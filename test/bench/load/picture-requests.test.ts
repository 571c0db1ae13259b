import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pictureRequests } from '../../../bench/load/picture-requests.ts';

const SAMPLE = fileURLToPath(new URL('../../../../samples/astronaut.jpg', import.meta.url));

test('pictures that the service refuses are left out, and a folder without others is said', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-pictures-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const said = t.mock.method(console, 'error', () => {});
  await writeFile(path.join(folder, 'text.png'), 'no picture');
  await assert.rejects(pictureRequests(folder, 'raw'), /has no picture/);
  await copyFile(SAMPLE, path.join(folder, 'a.jpg'));
  const requests = await pictureRequests(folder, 'raw');
  assert.deepEqual(
    requests.map(({ file }) => file),
    ['a.jpg'],
  );
  assert.match(String(said.mock.calls.at(-1)?.arguments[0]), /^Left out: .*text\.png\. /);
});
