import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { forkEngine } from '../../src/engine/fork-engine.ts';

test('what an engine prints is in the log, but no warning that a feature of Node.js is experimental', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-fork-'));
  const entry = path.join(folder, 'entry.mjs');
  // As Node.js 20.17 and 22.11 do of the JSON that sharp imports.
  await writeFile(entry, 'for (const kind of ["ExperimentalWarning", "Other"]) process.emitWarning("planted", kind);');
  const printed: unknown[] = [];
  const log = { info: () => {}, error: () => {}, warn: (fields: object) => printed.push(fields) };
  const { process: child, lastLines } = forkEngine(pathToFileURL(entry), 1, 1, log);
  await once(child, 'close');
  await rm(folder, { recursive: true });
  assert.match(lastLines.join('\n'), /Other: planted/);
  assert.doesNotMatch(lastLines.join('\n'), /ExperimentalWarning/);
  assert.equal(printed.length, lastLines.length);
});
