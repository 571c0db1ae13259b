import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

/** The Dockerfile as far as it can be held without a container engine; docs/docker.md says what was run. */

/** What a stage copies from the project, in order, up to its last line or `before`. */
function copiedBy(stage: string, before?: string): string[] {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');
  const from = lines.findIndex(line => line.startsWith('FROM ') && line.endsWith(` AS ${stage}`));
  assert.ok(from >= 0, `there is a stage ${stage}`);
  const to = lines.findIndex((line, index) => index > from && (line === before || line.startsWith('FROM ')));
  assert.ok(before === undefined || lines[to] === before, `${stage} has the line ${before}`);
  return lines
    .slice(from, to < 0 ? undefined : to)
    .filter(line => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap(line => line.split(/\s+/).slice(1, -1));
}

/** The context holds nothing but what .dockerignore lets in. */
const inContext = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('!'))
  .map(line => line.slice(1));

test('every stage copies only what is in the context', () => {
  const copied = ['build', 'cuda-provider', 'cuda', 'cpu'].flatMap(stage => copiedBy(stage));
  assert.ok(copied.length > 8);
  for (const file of copied) {
    assert.ok(existsSync(file), `${file} is there`);
    assert.ok(inContext.includes(file.split('/')[0]!), `.dockerignore lets ${file} in`);
  }
});

for (const stage of ['cuda', 'cpu']) {
  test(`the image ${stage} has gfl-serve on the path, with the models and the pictures that it reads`, () => {
    const [, lines = ''] = readFileSync('Dockerfile', 'utf8').split(new RegExp(`^FROM .* AS ${stage}$`, 'm'));
    const [own = ''] = lines.split(/^FROM /m);
    for (const folder of ['dist', 'models', 'samples']) {
      assert.ok(own.includes(`\nCOPY --from=build /app/${folder} ${folder}\n`), folder);
    }
    // Debian's own images keep no cache, others do: 83 MB.
    assert.match(own, /apt-get install [\s\S]*?\n && rm -rf \/var\/lib\/apt\/lists\/\* \/var\/cache\/apt\/\*\n/);
    assert.match(own, /^RUN ln -s \/app\/dist\/cli\.js \/usr\/local\/bin\/gfl-serve$/m);
    assert.match(readFileSync('Dockerfile', 'utf8'), /^RUN .*chmod 755 dist\/cli\.js$/m);
  });
}

test('what the build stage has copied is enough for its build', t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-docker-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of copiedBy('build', 'RUN npm run build')) {
    cpSync(file, path.join(folder, file), { recursive: true });
  }
  symlinkSync(realpathSync('node_modules'), path.join(folder, 'node_modules'));
  const run = (script: string) => execFileSync('npm', ['run', '-s', script], { cwd: folder, stdio: 'pipe' });
  run('build');
  for (const file of ['main.js', 'healthcheck.js', 'detector/image/sampling.wasm', 'page/index.html']) {
    assert.ok(existsSync(path.join(folder, 'dist', file)), `dist/${file} was built`);
  }
});

test('what is not run is taken out: other platforms, other fonts, source maps', t => {
  const [, block = ''] = /^RUN (npm prune [\s\S]*?[^\\])\n/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  const folder = mkdtempSync(path.join(tmpdir(), 'gfl-docker-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text = '') => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text, { mode: 0o755 });
  };
  const kept = [
    'dist/main.js',
    'node_modules/@img/sharp-linux-x64/lib/sharp.node',
    'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
    `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`,
    'node_modules/pino/map.js',
  ];
  const taken = [
    'dist/main.js.map',
    'node_modules/@emnapi/runtime/index.js',
    'node_modules/@img/sharp-wasm32/lib/sharp.wasm',
    'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
    'node_modules/onnxruntime-node/bin/napi-v6/linux/riscv/libonnxruntime.so.1',
    'node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll',
    'node_modules/pino/pino.js.map',
  ];
  for (const file of [...kept, ...taken]) write(file);
  write('bin/npm', '#!/bin/sh\n'); // pruning is npm's own affair
  const PATH = `${path.join(folder, 'bin')}:${process.env.PATH}`;
  execFileSync('sh', ['-c', block], { cwd: folder, env: { ...process.env, PATH }, stdio: 'pipe' });
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  assert.deepEqual(left.filter(file => file !== 'bin/npm').sort(), kept.sort());
});
