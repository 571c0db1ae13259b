import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
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
