import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openProgress, type PictureState, progressNotes } from '../../src/engine/progress.ts';

const cases: Record<string, { notes: [number, PictureState][]; expected: Record<number, PictureState | undefined> }> = {
  'nothing noted yet': { notes: [], expected: { 1: 'received', 1024: 'received' } },
  'the newest note of each picture counts': {
    notes: [
      [1, 'decoding'],
      [2, 'decoding'],
      [1, 'waiting'],
      [1, 'running'],
    ],
    expected: { 1: 'running', 2: 'decoding', 3: 'received' },
  },
  'where an older picture was, a new one has not been begun': {
    notes: [[5, 'running']],
    expected: { 5: 'running', 1029: 'received' },
  },
  'a picture that 1024 others overtook is not known': {
    notes: [
      [5, 'decoding'],
      [1029, 'decoding'],
    ],
    expected: { 5: undefined, 1029: 'decoding' },
  },
  'ids of a long life': {
    notes: [
      [2 ** 32 - 1, 'waiting'],
      [2 ** 32 + 5, 'running'],
    ],
    expected: { 4294967295: 'waiting', 4294967301: 'running', 4294968325: 'received', 5: undefined },
  },
};
for (const [name, { notes, expected }] of Object.entries(cases)) {
  test(name, () => {
    const progress = openProgress();
    assert.equal(typeof progress.stdio, 'number');
    const note = progressNotes(progress.stdio as number);
    for (const [id, state] of notes) note(id, state);
    for (const [id, state] of Object.entries(expected))
      assert.equal(progress.stateOf(Number(id)), state, `picture ${id}`);
    progress.close();
  });
}

test('no file is left, and where none can be made nothing is known', t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-progress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const progress = openProgress(['/nowhere', folder]);
  assert.deepEqual([typeof progress.stdio, readdirSync(folder)], ['number', []]);
  progress.close();
  const without = openProgress(['/nowhere']);
  assert.deepEqual([without.stdio, without.stateOf(1)], ['ignore', undefined]);
  progressNotes(12_345)(1, 'running'); // no such file: a child that was started without one
});

test('a note costs microseconds', t => {
  const progress = openProgress();
  const note = progressNotes(progress.stdio as number);
  const start = performance.now();
  for (let id = 1; id <= 10_000; id++) note(id, 'running');
  t.diagnostic(`${((performance.now() - start) / 10).toFixed(2)} microseconds a note`);
  progress.close();
});

test('where a file can be made but not written, nothing is known either, and the file is closed', t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-progress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const module = new URL('../../src/engine/progress.js', import.meta.url).href;
  const script = `
    import { readdirSync } from 'node:fs';
    const { openProgress } = await import('${module}');
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    const { stdio, stateOf } = openProgress(['${folder}']);
    console.log(JSON.stringify([stdio, stateOf(1) ?? 'unknown', open() - before]));`;
  // No file may grow, as on a full disk; by itself the signal of that would end the process.
  const shell = `trap '' XFSZ && ulimit -f 0 && exec "$0" --input-type=module -e "$1"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
  assert.equal(stdout.trim(), JSON.stringify(['ignore', 'unknown', 0]), stderr);
});
