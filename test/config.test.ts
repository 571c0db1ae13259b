import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConfigError, readConfig } from '../src/config.ts';
import { memoryShortage } from '../src/config-sizes.ts';
import { VARIABLES } from '../src/config-table.ts';
import type { Variable } from '../src/config-variables.ts';
import { usableMemory } from '../src/engine/usable-memory.ts';

const ROOT = new URL('../../', import.meta.url);
const MEBI = 1024 ** 2;
const GIBI = 1024 ** 3;
const TABLE: readonly Variable<unknown>[] = Object.values(VARIABLES);

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env, 4);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split('\n');
  }
  return [];
}

test('without any variable every default of the design holds', () => {
  assert.deepEqual(readConfig({}, 4, 8 * GIBI, 65_536), {
    port: 8080,
    host: '127.0.0.1',
    metricsPort: 0,
    models: ['nanodet-g'],
    modelsDir: 'models',
    cacheDir: 'auto',
    provider: 'auto',
    engines: 4,
    threadsPerEngine: 1,
    threadsWhenAlone: 4,
    maxBatch: 1,
    queueCapacity: 128,
    deadlineMs: 10_000,
    hangTimeoutMs: 11_000,
    startTimeoutMs: 120_000,
    maxBodyBytes: 20_971_520,
    maxBufferedBytes: 536_870_912,
    maxPixels: 33_000_000,
    maxImagesPerRequest: 16,
    formats: [],
    apiKeys: [],
    apiKeysFile: '',
    corsOrigins: [],
    logLevel: 'info',
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 30_000,
    inputShape: 'auto',
    maxConnections: 4096,
    keepAliveTimeoutMs: 72_000,
    sendTimeoutMs: 30_000,
    drainDelayMs: 0,
    drainTimeoutMs: 15_000,
  });
});

test('the configuration cannot be changed', () => {
  const config = readConfig({ FORMATS: 'gif' }, 4);
  assert.ok(Object.isFrozen(config));
  assert.ok(Object.isFrozen(config.formats) && Object.isFrozen(config.models) && Object.isFrozen(config.apiKeys));
});

const SIZES: [
  name: string,
  env: Record<string, string>,
  cpus: number,
  engines: number,
  threads: number,
  queue: number,
][] = [
  ['nothing given', {}, 16, 16, 1, 512],
  ['one CPU', {}, 1, 1, 1, 32],
  ['engines given: they share the CPUs', { ENGINES: '4' }, 16, 4, 4, 128],
  ['more engines than CPUs', { ENGINES: '4' }, 2, 4, 1, 128],
  ['threads given', { THREADS_PER_ENGINE: '3' }, 16, 5, 3, 160],
  ['more threads than CPUs', { THREADS_PER_ENGINE: '8' }, 4, 1, 8, 32],
  ['all given', { ENGINES: '2', THREADS_PER_ENGINE: '5', QUEUE_CAPACITY: '7' }, 4, 2, 5, 7],
  ['one GPU', { PROVIDER: 'cuda' }, 16, 4, 1, 128],
  ['one GPU, few CPUs', { PROVIDER: 'cuda' }, 2, 2, 1, 64],
  ['one GPU, engines given', { PROVIDER: 'cuda', ENGINES: '8' }, 16, 8, 2, 256],
];

for (const [name, env, cpus, engines, threadsPerEngine, queueCapacity] of SIZES) {
  test(`sizes on ${cpus} CPUs, ${name}`, () => {
    const config = readConfig(env, cpus, 64 * GIBI);
    assert.deepEqual(
      [config.engines, config.threadsPerEngine, config.queueCapacity],
      [engines, threadsPerEngine, queueCapacity],
    );
  });
}

const MEMORY: [
  name: string,
  env: Record<string, string>,
  gibi: number,
  cpus: number,
  engines: number,
  queue: number,
  buffered: number,
][] = [
  ['enough', {}, 8, 16, 16, 512, 536_870_912],
  ['a container of 1 GiB on a large machine', {}, 1, 64, 2, 64, 268_435_456],
  ['a container of 2 GiB on a large machine', {}, 2, 64, 5, 160, 536_870_912],
  ['more than there is', {}, 0.25, 8, 1, 32, 67_108_864],
  ['next to nothing', {}, 0.0625, 8, 1, 32, 20_971_520],
  ['engines given', { ENGINES: '8' }, 1, 64, 8, 256, 268_435_456],
  ['one GPU', { PROVIDER: 'cuda' }, 1, 64, 2, 64, 268_435_456],
  ['large bodies', { MAX_BODY_BYTES: '400000000' }, 1, 2, 2, 64, 400_000_000],
  ['bytes given', { MAX_BUFFERED_BYTES: '30000000' }, 1, 2, 2, 64, 30_000_000],
];

test('connections are as many as there are descriptors for', () => {
  const connectionsOf = (env: Record<string, string>, openFiles: number) =>
    readConfig(env, 2, 8 * GIBI, openFiles).maxConnections;
  assert.deepEqual(
    [Infinity, 1_048_576, 4362, 4361, 1024, 300, 40].map(openFiles => connectionsOf({}, openFiles)),
    [4096, 4096, 4096, 4095, 758, 64, 64],
  );
  // Five descriptors each, and 24 of the service itself (measured): with 768 connections they would be more than there are.
  assert.ok(connectionsOf({ ENGINES: '128' }, 1024) + 128 * 5 + 24 < 1024);
  assert.equal(connectionsOf({ MAX_CONNECTIONS: '5000' }, 1024), 5000);
});

test('memory that is short for the engines is said', () => {
  assert.equal(memoryShortage(2, 900 * MEBI), undefined);
  assert.equal(memoryShortage(16, 64 * GIBI), undefined);
  assert.equal(
    memoryShortage(8, GIBI),
    '8 engines want 2786 MiB of memory, and there are 1024 MiB: a crowd of large photos may be the end of one.',
  );
  assert.match(memoryShortage(1, 512 * MEBI) ?? '', /^One engine wants 586 MiB of memory, and there are 512 MiB: /);
});

for (const [name, env, gibi, cpus, engines, queueCapacity, maxBufferedBytes] of MEMORY) {
  test(`sizes in ${gibi} GiB of memory, ${name}`, () => {
    const config = readConfig(env, cpus, gibi * GIBI);
    const spare = Math.max(1, Math.floor(cpus / engines));
    const threads = env.PROVIDER === 'cuda' ? 1 : env.ENGINES === undefined ? Math.min(4, spare) : spare;
    assert.equal(config.threadsPerEngine, threads);
    assert.deepEqual(
      [config.engines, config.queueCapacity, config.maxBufferedBytes],
      [engines, queueCapacity, maxBufferedBytes],
    );
  });
}

test('the memory of this process is known', () => {
  const memory = usableMemory();
  assert.ok(Number.isSafeInteger(memory) && memory > 64 * 1024 ** 2 && memory <= totalmem(), `${memory}`);
});

test('a GPU gets batches, a CPU none, unless somebody says otherwise', () => {
  const batchOf = (env: Record<string, string>) => readConfig(env, 4).maxBatch;
  assert.deepEqual(
    [{ PROVIDER: 'cuda' }, { PROVIDER: 'auto' }, { PROVIDER: 'cuda', MAX_BATCH: '2' }].map(batchOf),
    [8, 1, 2],
  );
});

const ACCEPTED: [name: string, env: Record<string, string>, key: keyof typeof VARIABLES, value: unknown][] = [
  ['blanks around a value', { PORT: ' 10 ' }, 'port', 10],
  ['an empty value is not given', { PORT: '' }, 'port', 8080],
  ['blanks alone are not given', { PORT: '  ' }, 'port', 8080],
  ['the lowest', { PORT: '0' }, 'port', 0],
  ['the highest', { PORT: '65535' }, 'port', 65_535],
  ['a list', { MODEL: 'nanodet-g, nanodet-plus-m_416' }, 'models', ['nanodet-g', 'nanodet-plus-m_416']],
  ['formats', { FORMATS: 'avif,tiff' }, 'formats', ['avif', 'tiff']],
  ['an IPv6 address', { HOST: '::1' }, 'host', '::1'],
  [
    'origins',
    { CORS_ORIGINS: 'https://app.example, http://localhost:5173,*' },
    'corsOrigins',
    ['https://app.example', 'http://localhost:5173', '*'],
  ],
  ['keys', { API_KEYS: 'abcdefghijklmnop,qrstuvwxyz012345' }, 'apiKeys', ['abcdefghijklmnop', 'qrstuvwxyz012345']],
  ['a choice', { PROVIDER: 'cuda' }, 'provider', 'cuda'],
  ['an engine may keep a picture a little longer than its deadline', { DEADLINE_MS: '20000' }, 'hangTimeoutMs', 21_000],
  ['but never less than large pictures need', { DEADLINE_MS: '500' }, 'hangTimeoutMs', 5000],
  ['a foreign variable', { PATH: '/bin', PORTS: 'x' }, 'port', 8080],
];

for (const [name, env, key, value] of ACCEPTED) {
  test(`accepted: ${name}`, () => assert.deepEqual(readConfig(env, 4)[key], value));
}

const REFUSED: [name: string, env: Record<string, string>, sentence: string][] = [
  ['an exponent', { PORT: '8e3' }, 'PORT is "8e3"; expected a whole number from 0 to 65535.'],
  ['a fraction', { PORT: '80.5' }, 'PORT is "80.5"; expected a whole number from 0 to 65535.'],
  ['hexadecimal', { PORT: '0x50' }, 'PORT is "0x50"; expected a whole number from 0 to 65535.'],
  ['a unit', { MAX_BODY_BYTES: '20MB' }, 'MAX_BODY_BYTES is "20MB"; expected a whole number from 1024 to 1073741824.'],
  ['below the bounds', { ENGINES: '0' }, 'ENGINES is "0"; expected a whole number from 1 to 256.'],
  ['negative', { PORT: '-1' }, 'PORT is "-1"; expected a whole number from 0 to 65535.'],
  ['above the bounds', { PORT: '65536' }, 'PORT is "65536"; expected a whole number from 0 to 65535.'],
  [
    'more digits than a number holds',
    { PORT: '9'.repeat(400) },
    `PORT is "${'9'.repeat(80)}"; expected a whole number from 0 to 65535.`,
  ],
  ['a wrong choice', { PROVIDER: 'gpu' }, 'PROVIDER is "gpu"; expected one of auto, cpu, cuda.'],
  ['a choice in capitals', { PROVIDER: 'CPU' }, 'PROVIDER is "CPU"; expected one of auto, cpu, cuda.'],
  [
    'a path as a model',
    { MODEL: '../x' },
    'MODEL is "../x"; expected folder names in MODELS_DIR, comma-separated, each once.',
  ],
  [
    'an empty item',
    { MODEL: 'a,,b' },
    'MODEL is "a,,b"; expected folder names in MODELS_DIR, comma-separated, each once.',
  ],
  [
    'an item twice',
    { MODEL: 'a,a' },
    'MODEL is "a,a"; expected folder names in MODELS_DIR, comma-separated, each once.',
  ],
  [
    'an unknown format',
    { FORMATS: 'svg' },
    'FORMATS is "svg"; expected any of avif, gif, tiff, comma-separated, each once.',
  ],
  ['a host with blanks', { HOST: 'a b' }, 'HOST is "a b"; expected an address or a host name.'],
  [
    'a short key, which is not shown',
    { API_KEYS: 'hunter2' },
    'API_KEYS is given, but its value (not shown) is not valid; expected keys of 16 to 256 visible ASCII characters, comma-separated, each once.',
  ],
  [
    'a buffer smaller than a body',
    { MAX_BUFFERED_BYTES: '2048' },
    'MAX_BUFFERED_BYTES is 2048; expected at least MAX_BODY_BYTES, which is 20971520.',
  ],
];

for (const [name, env, sentence] of REFUSED) {
  test(`refused: ${name}`, () => assert.deepEqual(problemsOf(env), [sentence]));
}

/** The keys that come of a file with this text, or the sentences that refuse it. */
async function keysOf(t: TestContext, text: string, env: Record<string, string> = {}): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-keys-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'keys');
  await writeFile(file, text);
  try {
    return readConfig({ API_KEYS_FILE: file, ...env }, 4).apiKeys;
  } catch (error) {
    return (error as Error).message.replaceAll(folder, '').split('\n');
  }
}

const KEYS = ['abcdefghijklmnop', 'qrstuvwxyz012345', '#!~abcdefghijklm'];

test('keys of a file: one a line, beside those of API_KEYS, none twice', async t => {
  assert.deepEqual(await keysOf(t, KEYS.join('\n')), KEYS);
  assert.deepEqual(await keysOf(t, `\r\n ${KEYS.join(' \r\n\r\n')}\r\n`), KEYS);
  assert.deepEqual(await keysOf(t, `${KEYS[1]}\n`, { API_KEYS: `${KEYS[0]},${KEYS[1]}` }), [KEYS[0], KEYS[1]]);
});

test('a file without keys does not leave the service open', async t => {
  for (const text of ['', ' \n\n']) {
    assert.deepEqual(await keysOf(t, text), ['API_KEYS_FILE is "/keys": it holds no key.']);
  }
  assert.deepEqual(await keysOf(t, `${KEYS[0]}\nhunter2\n`, { PORT: 'x' }), [
    'PORT is "x"; expected a whole number from 0 to 65535.',
    'API_KEYS_FILE is "/keys": line 2 of it (not shown) is no key; expected one a line: 16 to 256 visible ASCII characters, no comma among them.',
  ]);
  assert.deepEqual(problemsOf({ API_KEYS_FILE: '/nowhere/keys' }), [
    'API_KEYS_FILE is "/nowhere/keys": it cannot be read (ENOENT).',
  ]);
  assert.deepEqual(problemsOf({ API_KEYS_FILE: '/' }), ['API_KEYS_FILE is "/": it cannot be read (EISDIR).']);
});

test('every mistake is reported at once', () => {
  const names = problemsOf({ PORT: 'x', ENGINES: 'y', LOG_LEVEL: 'loud', DEADLINE_MS: '1' }).map(
    line => line.split(' ')[0],
  );
  assert.deepEqual(names, ['PORT', 'ENGINES', 'DEADLINE_MS', 'LOG_LEVEL']);
});

test('docs/configuration.md has a row for each variable, with its default, bounds and sentence, and no other', async () => {
  const page = await readFile(new URL('docs/configuration.md', ROOT), 'utf8');
  // Biome pads the columns.
  const rows = page
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.replace(/ +/g, ' '));
  const expected = TABLE.map(({ env, fallbackText, expected: bounds, about }) => {
    const fallback = fallbackText === 'none' || fallbackText.includes(' ') ? fallbackText : `\`${fallbackText}\``;
    return `| \`${env}\` | ${fallback} | ${bounds} | ${about} |`;
  });
  assert.deepEqual(rows, expected);
});

test('each variable has one sentence that ends in a full stop', () => {
  for (const { env, about } of TABLE) assert.match(about, /^[A-Z].*\.$/, env);
});
