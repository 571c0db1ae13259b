import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { CommandOptions } from '../../../src/cli/detect/options.ts';
import { openOutput } from '../../../src/cli/detect/output.ts';
import type { PictureRecord } from '../../../src/cli/detect/record.ts';

const model = { name: 'tiny', version: '1' };

test('a picture that is added while the file is written is not taken for the one in it', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-output-'));
  t.after(() => rm(folder, { recursive: true }));
  const pictures = ['a.jpg', 'b.jpg'].map(name => ({ file: path.join(folder, name), place: name }));
  const [a, b] = pictures as [(typeof pictures)[number], (typeof pictures)[number]];
  const out = { folder, file: path.join(folder, 'results.jsonl') };
  const options = { out, format: 'jsonl', annotate: false } as CommandOptions;
  const open = () => openOutput({ options, pictures, source: { model, labels: ['red'] } }, process.stdout);
  const record = ({ file }: { file: string }, width: number): PictureRecord => {
    return { file, model, image: { width, height: 1 }, detections: [] };
  };

  await writeFile(a.file, 'old');
  const first = await open();
  assert.equal(await first.has(a), false);
  await first.add(a, record(a, 1));
  await first.finish();

  // It is another picture now, and its new record comes while that of the other is written.
  await writeFile(a.file, 'newer');
  await writeFile(b.file, 'b');
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + 60_000);
  const second = await open();
  t.mock.method(performance, 'now', () => now() + 120_000);
  assert.deepEqual([await second.has(a), await second.has(b)], [false, false]);
  await Promise.all([second.add(b, record(b, 2)), second.add(a, record(a, 3))]);

  // Killed here: what is there is of the old picture, and the next run has to see that.
  assert.match(await readFile(out.file, 'utf8'), /"width":1.*\n.*"width":2/);
  const third = await open();
  assert.deepEqual([await third.has(a), await third.has(b)], [false, true]);
});
