import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BINARIES = `bin/napi-v6/${process.platform}/${process.arch}`;

/** The detector as it is built, beside an ONNX Runtime whose CUDA provider is there and does not load. */
function installWithDeadCuda(folder: string): void {
  const link = (from: string, to: string, but: string[]) => {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from))
      if (!but.includes(name)) symlinkSync(path.join(from, name), path.join(to, name));
  };
  const runtime = path.join('node_modules', 'onnxruntime-node');
  link(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), ['onnxruntime-node']);
  link(path.join(ROOT, runtime, BINARIES), path.join(folder, runtime, BINARIES), []);
  for (const part of ['package.json', 'dist']) {
    cpSync(path.join(ROOT, runtime, part), path.join(folder, runtime, part), { recursive: true });
  }
  writeFileSync(path.join(folder, runtime, BINARIES, 'libonnxruntime_providers_cuda.so'), 'no library');
  cpSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
}

test('PROVIDER=auto without a GPU takes the optimised graph, also where CUDA is installed', {
  skip: process.platform !== 'linux' && 'ONNX Runtime has CUDA on Linux',
}, async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-cuda-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  installWithDeadCuda(folder);
  const manifest = path.join(ROOT, 'models', 'nanodet-g', 'model.json');
  const script = `
    import { createDetector } from './dist/detector/index.js';
    const detector = await createDetector(process.argv[1], { provider: 'auto', cacheDir: 'cache' });
    console.log(JSON.stringify({ provider: detector.provider, notes: detector.notes }));
    await detector.close();`;
  const args = ['--input-type=module', '-e', script, manifest];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const { provider, notes } = JSON.parse(stdout);
  assert.equal(provider, 'cpu');
  assert.match(
    notes.join(),
    /CUDA not used: the CUDA provider of ONNX Runtime did not load: .*shared library \(what it wrote to standard error/,
  );
  assert.equal(readdirSync(path.join(folder, 'cache')).length, 1);
});
