import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/start-server.ts';
import { openRaw } from '../support/raw-http.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** `node dist/main.js` as an operator sees it: what it prints, how it starts, how it ends. */

let folder: string;
let picture: Buffer;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-process-'));
  await writeTinyModel(path.join(folder, 'tiny'));
  await writeTinyModel(path.join(folder, 'slow'), { name: 'slow', slowMs: 600 });
  await writeTinyModel(path.join(folder, 'long'), { name: 'long', slowMs: 5000 }); // its first run is part of the start
  await writeTinyModel(path.join(folder, 'graphless'), { name: 'graphless' });
  await rm(path.join(folder, 'graphless', 'model.onnx'));
  await mkdir(path.join(folder, 'no-model'));
  picture = await squares([['red', 2, 2]]);
});

const running = new Set<ChildProcess>();
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { ...process.env, PORT: '0', MODELS_DIR: folder, MODEL: 'tiny', ENGINES: '1', PROVIDER: 'cpu', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code: code as number | null, signal: signal as string | null };
  });
  /** The first match in what it wrote, at the latest after 20 s. */
  async function says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let waited = 0; waited < 20_000; waited += 20) {
      const match = pattern.exec(stdout) ?? pattern.exec(stderr);
      if (match) return match;
      if (child.exitCode !== null) break;
      await sleep(20);
    }
    throw new Error(`It never said ${pattern}; stdout: ${stdout}; stderr: ${stderr}`);
  }
  const listening = async () => Number((await says(/Server listening at http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  return {
    child,
    ended,
    says,
    listening,
    ready: () => says(/Try:\n {2}(curl .*)\n/),
    stdout: () => stdout,
    stderr: () => stderr,
  };
}

const post = (port: number, query = '') =>
  fetch(`http://127.0.0.1:${port}/detect${query}`, { method: 'POST', body: picture });

/** A picture of which the body stops short: under way, and never complete. */
async function sendHalf(port: number): Promise<void> {
  const half = await openRaw(port);
  half.write('POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
  await sleep(100);
}

test('it serves, prints one curl line that works, writes JSON lines, and SIGTERM ends it with 0', async () => {
  const service = start({ LOG_LEVEL: 'info' });
  const port = await service.listening();
  const [, line = ''] = await service.ready();
  const [, file = '', url] = /^curl -F image=@(\S+) (http:\S+)$/.exec(line) ?? [];
  assert.equal(url, `http://127.0.0.1:${port}/detect`);
  assert.ok(existsSync(file), `${file} is a picture, seen from where it was started`);
  assert.equal((await post(port)).status, 200);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  const lines = service.stdout().trim().split('\n');
  const messages = lines.map(text => JSON.parse(text));
  // A name that is there twice is lost here; Elasticsearch, for one, refuses the line.
  assert.deepEqual(
    messages.map(message => JSON.stringify(message)),
    lines,
  );
  for (const message of ['ready', 'request', 'draining', 'stopped']) {
    assert.ok(
      messages.some(({ msg }) => msg === message),
      message,
    );
  }
  assert.equal(messages.find(({ msg }) => msg === 'ready').provider, 'cpu');
  await assert.rejects(post(port), 'nobody listens any more');
});

test('it would end itself in an endless loop', { skip: process.platform !== 'linux' && 'needs Linux' }, async () => {
  const service = start();
  await service.ready();
  const status = await readFile(`/proc/${service.child.pid}/status`, 'utf8');
  const caught = BigInt(`0x${/^SigCgt:\t(\w+)$/m.exec(status)![1]}`);
  assert.ok((caught >> 25n) & 1n, 'SIGVTALRM, the 26th, has a handler: test/end-when-stuck has what it does');
  service.child.kill('SIGTERM');
  await service.ended;
});

test('with METRICS_PORT its metrics are there, without a key, and nowhere else', async () => {
  const metricsPort = await freePort();
  const service = start({ METRICS_PORT: String(metricsPort), API_KEYS: 'a-key-of-16-chars' });
  const port = await service.listening();
  await service.ready();
  const headers = { 'X-API-Key': 'a-key-of-16-chars' };
  const url = `http://127.0.0.1:${port}`;
  assert.equal((await fetch(`${url}/detect`, { method: 'POST', body: picture, headers })).status, 200);
  assert.equal((await fetch(`${url}/metrics`, { headers })).status, 404);
  const scrape = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  assert.equal(scrape.status, 200);
  assert.match(await scrape.text(), /^gfl_http_requests_total\{route="\/detect",method="POST",status="200"\} 1$/m);
  assert.equal((await fetch(`http://127.0.0.1:${metricsPort}/models`)).status, 404);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('HOST=localhost is one server, the one that has all the bounds', async () => {
  const service = start({ HOST: 'localhost' });
  const port = await service.listening();
  const client = await openRaw(port);
  client.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal((await client.answer()).status, 200);
  await service.ready();
  assert.equal(service.stdout().match(/Server listening/g)?.length, 1, service.stdout());
  client.destroy();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('it is alive before it is ready', async () => {
  const service = start({ MODEL: 'long' });
  const port = await service.listening();
  assert.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200);
  for (const response of [await fetch(`http://127.0.0.1:${port}/health/ready`), await post(port)]) {
    assert.equal(response.status, 503);
    assert.ok(Number(response.headers.get('retry-after')) >= 1);
    assert.match(((await response.json()) as { detail: string }).detail, /is starting/);
  }
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null }, 'stopped while its engines start');
  assert.doesNotMatch(service.stderr(), /cannot start/);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} under load: accepted pictures are answered, new ones refused, exit code 0`, async () => {
    const service = start({ MODEL: 'slow' });
    const port = await service.listening();
    await service.ready();
    const accepted = [post(port), post(port), post(port)];
    const probe = await openRaw(port);
    await sleep(200);
    service.child.kill(signal);
    await service.says(/"msg":"draining"/);
    probe.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal((await probe.answer()).status, 503);
    const answers = await Promise.all(accepted);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(await service.ended, { code: 0, signal: null });
  });
}

test('a second signal stops it at once', async () => {
  const service = start({ MODEL: 'slow', DRAIN_TIMEOUT_MS: '30000' });
  const port = await service.listening();
  await service.ready();
  await sendHalf(port);
  service.child.kill('SIGTERM');
  await service.says(/"msg":"draining"/);
  const since = performance.now();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 1, signal: null });
  assert.ok(performance.now() - since < 2000);
});

test('another signal than SIGINT is a second one however soon it comes', async () => {
  const service = start({ MODEL: 'slow' });
  const port = await service.listening();
  await service.ready();
  await sendHalf(port);
  service.child.kill('SIGINT');
  await service.says(/"msg":"draining"/);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 1, signal: null });
});

test('a signal that npm passes on beside the terminal is no second one: accepted pictures are answered', async () => {
  const service = start({ MODEL: 'slow' });
  const port = await service.listening();
  await service.ready();
  const accepted = post(port);
  await sleep(200);
  service.child.kill('SIGINT');
  // As npm does. Under load the log line comes later than the time of an echo.
  await sleep(20);
  service.child.kill('SIGINT');
  assert.equal((await accepted).status, 200);
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.doesNotMatch(service.stdout(), /second/);
});

test('a half-sent request does not hold it beyond the drain timeout', async () => {
  const service = start({ DRAIN_TIMEOUT_MS: '500' });
  const port = await service.listening();
  await service.ready();
  await sendHalf(port);
  const since = performance.now();
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  const took = performance.now() - since;
  assert.ok(took > 400 && took < 500 + 1000 * slowedDown(), `took ${took} ms`);
});

test('a signal ends it with 0 also while it loads what would end it in order', async () => {
  const service = start();
  const { pid } = service.child;
  // The first engine is started before.
  while ((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')) === '') await sleep(1);
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
});

test('an uncaught error is logged and ends it with 1', async () => {
  // Only in the service: its engines have a channel to their parent.
  const bug = 'if (!process.send) process.once("SIGWINCH", () => { throw new Error("planted"); })';
  const service = start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}` });
  await service.ready();
  service.child.kill('SIGWINCH');
  assert.deepEqual(await service.ended, { code: 1, signal: null });
  assert.match(service.stdout(), /"level":60.*planted/);
});

test('a variable that looks like one of its own is named in the log, without what it holds', async () => {
  const service = start({ API_KEY: 'not-to-be-seen', ENGINES: '1' });
  await service.ready();
  service.child.kill('SIGTERM');
  await service.ended;
  const warnings = service
    .stdout()
    .split('\n')
    .filter(line => line.includes('"level":40'));
  assert.equal(warnings.length, 1, service.stdout());
  assert.match(warnings[0]!, /"msg":"API_KEY is set, and nothing reads it; is API_KEYS meant\?"/);
  assert.doesNotMatch(service.stdout() + service.stderr(), /not-to-be-seen/);
});

const REFUSALS: [name: string, env: Record<string, string>, sentence: RegExp][] = [
  [
    'wrong configuration',
    { PORT: 'x', ENGINES: '0' },
    /configuration is wrong:\n {2}PORT is "x".*\n {2}ENGINES is "0"/,
  ],
  [
    'a model that is not there',
    { MODEL: 'tiny,nothing' },
    /There is no model "nothing": MODELS_DIR \(.*\) has graphless, long, slow, tiny\./,
  ],
  [
    'a model that only the package has',
    { MODEL: 'nanodet-g' },
    /MODELS_DIR \(.*\) has graphless, long, slow, tiny\. The package has it: MODELS_DIR=\/.*models\./,
  ],
  ['a folder of models that is not there', { MODELS_DIR: 'nothing' }, /MODELS_DIR \(nothing\) has no models\./],
  ['a graph that is not there', { MODEL: 'graphless' }, /graphless.*model\.onnx/],
  ['a host that is not there', { HOST: 'nothing.invalid' }, /HOST and PORT cannot be listened on .*nothing\.invalid/],
  ['a provider that is not there', { PROVIDER: 'cuda', CUDA_VISIBLE_DEVICES: '' }, /CUDA/],
];

for (const [name, env, sentence] of REFUSALS) {
  test(`${name}: a sentence and exit code 1`, async () => {
    const service = start(env);
    assert.deepEqual(await service.ended, { code: 1, signal: null });
    assert.match(service.stderr(), sentence);
    assert.match(service.stderr(), /^gfl-serve cannot start\. /m);
    assert.doesNotMatch(service.stderr(), /\n\s+at /, 'no stack trace');
  });
}

test('a port in use: a sentence and exit code 1', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  const service = start({ PORT: String(port) });
  assert.deepEqual(await service.ended, { code: 1, signal: null });
  assert.match(service.stderr(), /The address is in use .*set PORT to another/);
  squatter.close();
});
