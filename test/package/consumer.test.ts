import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { installPacked } from './packed.ts';

/** The package as others get it: packed, unpacked in a project of its own, compiled against and run. */

const consumer = await installPacked();
const tsc = path.resolve('node_modules/.bin/tsc');
const SAMPLE = path.resolve('samples/astronaut.jpg');

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  target: 'es2023',
};

/** The types of Node.js are in the project's own folder, too: nothing else of it is seen. */
const SETTINGS: [name: string, options: object, files: string[]][] = [
  [
    'in Node.js',
    { module: 'nodenext', lib: ['es2023'], types: ['node'], outDir: 'built' },
    ['examples/detect.ts', 'examples/library.ts'],
  ],
  [
    'in Node.js before TypeScript 6',
    { module: 'node16', lib: ['es2023'], types: ['node'], noEmit: true },
    ['examples/detect.ts'],
  ],
  [
    'for a bundler, in the browser, without the types of Node.js',
    { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [], noEmit: true },
    ['browser.ts'],
  ],
];

const BROWSER = `
import { createClient, type DetectionAnswer, isProblem, ProblemError } from 'gfl-serve/client';
const client = createClient({ baseUrl: '/' });
export async function find(file: File, signal: AbortSignal): Promise<DetectionAnswer['detections']> {
  const { detections } = await client.detect(file, { classes: ['person'], class_thresholds: { person: 0.5 }, signal });
  const [first] = await client.detectBatch([file]);
  if (first !== undefined && isProblem(first)) throw new ProblemError(first);
  return detections;
}
// @ts-expect-error the contract has no such option
client.detect(new Blob(), { treshold: 1 });
// @ts-expect-error nor is a problem a detection
client.detectBatch([]).then(([result]) => result?.detections);
`;

for (const [name, options, files] of SETTINGS) {
  test(`compiles with strict settings ${name}`, async () => {
    await writeFile(path.join(consumer.folder, 'package.json'), '{"type":"module","private":true}');
    await writeFile(path.join(consumer.folder, 'browser.ts'), BROWSER);
    const settings = { compilerOptions: { ...STRICT, rootDir: '.', ...options }, files };
    await writeFile(path.join(consumer.folder, 'tsconfig.json'), JSON.stringify(settings));
    const { status, stdout } = consumer.run(tsc, ['-p', '.']);
    assert.equal(status, 0, stdout);
  });
}

test('what is packed is what was meant', () => {
  const { files } = consumer;
  for (const wanted of [
    'dist/detector/index.d.ts',
    'dist/client/index.js',
    'openapi.yaml',
    'models/nanodet-g/model.json',
    'models/nanodet-g/model.onnx',
    'examples/library.ts',
    'deploy/compose.yaml',
    'CHANGELOG.md',
    'docs/images/page.png',
  ]) {
    assert.ok(files.includes(wanted), wanted);
  }
  assert.deepEqual(
    files.filter(file => /^(src|test|bench|docs\/api)\/|\.tsbuildinfo$/.test(file)),
    [],
  );
});

/** Every module that the import of `door` loads, and the packages they name. */
async function closure(door: string): Promise<{ files: Set<string>; packages: Set<string> }> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (files.has(file)) return;
    files.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:\bfrom|^import|\bimport\() ?'([^']+)'/gm)) {
      if (specifier.startsWith('.')) await visit(path.resolve(path.dirname(file), specifier));
      else packages.add(specifier);
    }
  };
  await visit(path.join(consumer.home, door));
  return { files, packages };
}

test('every file that README.md points to is in the package', async () => {
  const readme = await readFile('README.md', 'utf8');
  const linked = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, file]) => file!);
  assert.ok(linked.length > 10, 'links were read');
  assert.deepEqual(
    linked.filter(file => !consumer.files.some(packed => packed === file || packed.startsWith(`${file}/`))),
    [],
  );
});

test('the default model is found from the package', () => {
  const { status, stdout } = consumer.run('node', [
    '--input-type=module',
    '-e',
    "console.log(import.meta.resolve('gfl-serve/models/nanodet-g/model.json'))",
  ]);
  assert.deepEqual([status, stdout.trim()], [0, `file://${consumer.home}/models/nanodet-g/model.json`]);
});

test('the client is a few files that import nothing', async () => {
  const { files, packages } = await closure('dist/client/index.js');
  assert.ok(files.size >= 4, `${files.size} files`);
  assert.deepEqual([...packages], []);
});

test('the library imports what the package depends on', async () => {
  const { packages } = await closure('dist/detector/index.js');
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const names = [...packages].filter(name => !name.startsWith('node:')).map(name => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
  assert.ok(names.includes('onnxruntime-node'), 'the imports were read');
  assert.ok(!names.includes('typebox'), 'the build made one file of it');
  assert.deepEqual(
    names.filter(name => !Object.hasOwn(dependencies, name)),
    [],
  );
});

test('the library detects, from the package', () => {
  const model = path.join(consumer.home, 'models/nanodet-g/model.json');
  const { status, stdout, stderr } = consumer.run(process.execPath, ['built/examples/library.js', model, SAMPLE]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^person 0\.7\d \{\s+x1: /);
  assert.match(stdout, /inference took \d+ ms/);
});

test('the command finds the model of the package where no folder of models is', () => {
  const cli = path.join(consumer.home, 'dist/cli.js');
  const env = { MODELS_DIR: '', MODEL: '', ENGINES: '1', PROVIDER: 'cpu' };
  const { status, stdout, stderr } = consumer.run(process.execPath, [cli, 'detect', SAMPLE], env);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /"label":"person"/);
});

test('without a picture a model is neither proven nor added: a sentence', async () => {
  await cp(consumer.home, path.join(consumer.folder, 'bare'), { recursive: true });
  await rm(path.join(consumer.folder, 'bare/samples'), { recursive: true });
  const model = (...args: string[]) => consumer.run(process.execPath, ['bare/dist/cli.js', 'model', ...args]);
  for (const args of [
    ['check', 'nanodet-g'],
    ['add', 'bare/models/nanodet-g/model.onnx', '--family', 'nanodet'],
  ]) {
    const { status, stdout, stderr } = model(...args);
    assert.deepEqual([status, stdout], [1, ''], stderr);
    assert.match(stderr, /^There is no picture to try the model on: .*samples has none; name one with --image/);
  }
});

let service: ChildProcess;
after(() => service?.kill('SIGKILL'));

async function startService(): Promise<string> {
  const env = {
    ...process.env,
    PORT: '0',
    MODEL: 'nanodet-g',
    ENGINES: '1',
    PROVIDER: 'cpu',
    LOG_LEVEL: 'error',
    API_KEYS: '',
  };
  service = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    service.stderr!.on('data', data => {
      said += data;
      const url = /(http:\/\/127\.0\.0\.1:\d+)\/detect/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    service.on('close', () => reject(new Error(said)));
  });
}

const url = await startService();
const python = ['python3', '/opt/pyv/bin/python'].find(
  command => spawnSync(command, ['-c', 'import requests'], { stdio: 'ignore' }).status === 0,
);

test('the example for the typed client finds the astronaut, and tells of a file that is no picture', () => {
  const script = path.join('built', 'examples', 'detect.js');
  const { status, stdout, stderr } = consumer.run(process.execPath, [script, SAMPLE, 'tsconfig.json'], { SERVER: url });
  assert.match(stdout, /astronaut\.jpg: person 0\.7\d at \[\d+, \d+, \d+, \d+\], edges within \d+ pixels/);
  assert.match(stderr, /^tsconfig\.json: unsupported_media_type: /m);
  assert.equal(status, 1);
});

test('the example for Python does the same', { skip: python === undefined && 'no Python with requests here' }, () => {
  const args = ['examples/detect.py', '--server', url, SAMPLE, 'tsconfig.json'];
  const { status, stdout, stderr } = consumer.run(python!, args);
  assert.match(stdout, /astronaut\.jpg: person 0\.7\d at \[\d+, \d+, \d+, \d+\], edges within \d+ pixels/);
  assert.match(stderr, /^tsconfig\.json: unsupported_media_type: /m);
  assert.equal(status, 1);
});

test('the example for curl finds the astronaut three times', () => {
  const { status, stdout, stderr } = consumer.run('bash', ['examples/detect.sh', SAMPLE, url]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout.match(/"label":"person"/g)?.length, 3, stdout);
  assert.equal(consumer.run('bash', ['examples/detect.sh', 'tsconfig.json', url]).status, 22, 'a refusal is an error');
});
