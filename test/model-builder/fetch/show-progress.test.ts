import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showProgress } from '../../../src/model-builder/fetch/show-progress.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

test('a terminal gets a bar drawn over itself, once a percent, with a line end at the end', () => {
  const terminal = output(true);
  const progress = showProgress(terminal, 200e6);
  for (const bytes of [0, 100e6, 100.1e6, 200e6]) progress(bytes);
  assert.deepEqual(terminal.written, [
    `\r[${'.'.repeat(30)}] 0 of 200 MB`,
    `\r[${'#'.repeat(15)}${'.'.repeat(15)}] 100 of 200 MB`,
    `\r[${'#'.repeat(30)}] 200 of 200 MB\n`,
  ]);
});

test('anything else gets a line a quarter', () => {
  const log = output(false);
  const progress = showProgress(log, 200e6);
  for (let bytes = 0; bytes <= 200e6; bytes += 1e6) progress(bytes);
  assert.equal(log.written.join(''), '  50 of 200 MB\n  100 of 200 MB\n  150 of 200 MB\n  200 of 200 MB\n');
});
