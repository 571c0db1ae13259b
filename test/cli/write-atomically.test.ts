import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CliError } from '../../src/cli/cli-error.ts';
import { checkWritable, writeAtomically } from '../../src/cli/write-atomically.ts';
import { writeProblem } from '../../src/cli/write-problem.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-write-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('what the system refuses is a CliError, and nothing is left over', async () => {
  const taken = path.join(folder, 'taken');
  await mkdir(path.join(taken, 'below'), { recursive: true });
  await assert.rejects(writeAtomically(taken, 'x'), error => {
    assert.ok(error instanceof CliError);
    assert.equal(error.message, `${taken} cannot be written: it is a folder.`);
    return true;
  });
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  for (const write of [checkWritable, (name: string) => writeAtomically(name, 'x')]) {
    await assert.rejects(write(path.join(file, 'x')), /file\/x cannot be written: a part of its path is a file\.$/);
  }
  assert.deepEqual((await readdir(folder)).sort(), ['file', 'taken']);
});

test('a place that can be written stays as it is', async () => {
  const file = path.join(folder, 'new/x.json');
  await checkWritable(file);
  assert.deepEqual(await readdir(path.dirname(file)), []);
});

test('a disk that fills up is a sentence; a bug stays one', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  assert.equal((writeProblem('a.csv', full) as Error).message, 'a.csv cannot be written: no space is left.');
  const bug = new TypeError('x is not a function');
  assert.equal(writeProblem('a.csv', bug), bug);
});
