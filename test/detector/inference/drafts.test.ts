import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeDraft, removeAbandonedDrafts } from '../../../src/detector/inference/drafts.ts';

test('drafts go whose maker is dead or that are an hour old, and nothing else', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-drafts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const own = path.basename(await makeDraft(folder));
  const [, host] = /^draft-(.+)-\d+-\w{6}$/.exec(own)!;
  const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
  const kept = [
    own,
    `draft-${host}-1-abcdef`, // alive, though it may not be ours to signal
    `draft-${host}.other-${deadPid}-abcdef`, // of another machine or container
    'draft-abcdef',
    '0123456789abcdef0123456789abcdef',
  ];
  const old = `draft-${host}.other-${deadPid}-bcdefg`;
  const dead = `draft-${host}-${deadPid}-cdefgh`;
  for (const name of [...kept.slice(1), old, dead]) await mkdir(path.join(folder, name, 'faster'), { recursive: true });
  const hourAgo = new Date(Date.now() - 61 * 60 * 1000);
  await utimes(path.join(folder, old), hourAgo, hourAgo);

  await removeAbandonedDrafts(folder);
  assert.deepEqual((await readdir(folder)).sort(), kept.sort());
});
