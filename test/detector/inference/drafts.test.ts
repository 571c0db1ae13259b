import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDraft, removeAbandonedDrafts, waitForOthers } from '../../../src/detector/inference/drafts.ts';

const ENTRY = 'c0ffee';
const skip = process.platform !== 'linux' && 'only Linux tells when a process started';

test('drafts go whose maker is dead, or not to be seen and an hour old, and nothing else', { skip }, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-drafts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const own = path.basename(await makeDraft(folder, ENTRY));
  const [, host, start] = /^draft-c0ffee-(.+)-\d+-(\d+)-\w{6}$/.exec(own)!;
  const namespace = (await readlink('/proc/self/ns/pid')).replaceAll(/\D/g, '');
  const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
  const [, firstStart] = /\) (?:\S+ ){19}(\d+) /.exec(await readFile('/proc/1/stat', 'utf8'))!;
  const kept = [
    own,
    `draft-${ENTRY}-${host}-1-${firstStart}-abcdef`, // alive, though it may not be ours to signal
    `draft-${ENTRY}-${host}.other-${deadPid}-1-abcdef`, // of another machine or container
    `draft-${ENTRY}-${host!.replace(namespace, '4026539999')}-${deadPid}-1-abcdef`, // of a container with the same host name
    'draft-abcdef', // of an earlier version
    '0123456789abcdef0123456789abcdef',
  ];
  const old = [`draft-${ENTRY}-${host}.other-${deadPid}-1-bcdefg`, 'draft-bcdefg'];
  const unseen = `draft-${ENTRY}-${host!.replace(namespace, '4026539999')}-${deadPid}-1-bcdefg`; // of this container, before it was started again
  const other = `draft-${ENTRY}-${host}.other-${deadPid}-1-defghi`;
  const dead = [
    `draft-${ENTRY}-${host}-${deadPid}-1-cdefgh`,
    `draft-${ENTRY}-${host}-${process.pid}-${Number(start) - 1}-cdefgh`, // of a process that had our number
  ];
  kept.push(other);
  for (const name of [...kept.slice(1), ...old, ...dead, unseen]) {
    await mkdir(path.join(folder, name, 'faster'), { recursive: true });
  }
  const hourAgo = new Date(Date.now() - 61 * 60 * 1000);
  for (const name of [...old, own]) await utimes(path.join(folder, name), hourAgo, hourAgo);
  const minutesAgo = new Date(Date.now() - 6 * 60 * 1000);
  for (const name of [unseen, other]) await utimes(path.join(folder, name), minutesAgo, minutesAgo);

  await removeAbandonedDrafts(folder);
  assert.deepEqual((await readdir(folder)).sort(), kept.sort());
});

test('a draft of a living process is waited for, one of another entry or of a dead process is not', {
  skip,
}, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-drafts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const draft = await makeDraft(folder, ENTRY);
  const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
  await mkdir(path.join(folder, path.basename(draft).replace(`-${process.pid}-`, `-${deadPid}-`)));
  assert.equal(await waitForOthers(folder, 'decaf'), false);
  let isOver = false;
  const waiting = waitForOthers(folder, ENTRY).finally(() => {
    isOver = true;
  });
  await sleep(200);
  assert.equal(isOver, false);
  await rename(draft, path.join(folder, ENTRY));
  assert.equal(await waiting, true);
});

test('who does not come to an end with a draft is not waited for without end', { skip }, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-drafts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await makeDraft(folder, ENTRY);
  await waitForOthers(folder, ENTRY, 100);
});
