import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { fromCoco } from '../../src/cli/detect/coco.ts';
import { fromCsv, toCsv } from '../../src/cli/detect/csv.ts';
import { FILE_FORMATS } from '../../src/cli/detect/formats.ts';
import { globToRegExp } from '../../src/cli/detect/glob.ts';
import type { PictureRecord } from '../../src/cli/detect/record.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** Enough to stop in the middle of. */
const MANY = 14;

let folder: string;
let pictures: string;
let many: string;
let env: Record<string, string>;

/** 64x64, black, one square of a colour that the tiny model knows. */
async function square(colour: string): Promise<Buffer> {
  const input = await sharp({ create: { width: 8, height: 8, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#000000' } })
    .composite([{ input, left: 24, top: 32 }])
    .png()
    .toBuffer();
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-detect-'));
  await writeTinyModel(path.join(folder, 'models/tiny'));
  await writeTinyModel(path.join(folder, 'models/slow'), { name: 'slow', slowMs: 40 });
  pictures = path.join(folder, 'pictures');
  many = path.join(folder, 'many');
  await mkdir(path.join(pictures, 'below'), { recursive: true });
  await mkdir(many);
  const green = await square('#00ff00');
  await writeFile(path.join(pictures, 'a, "b".png'), green);
  await writeFile(path.join(pictures, 'below/c.png'), await square('#ff0000'));
  await writeFile(path.join(pictures, 'empty.png'), await square('#000000'));
  for (let i = 0; i < MANY; i++) await writeFile(path.join(many, `${String(i).padStart(3, '0')}.png`), green);
  env = { MODELS_DIR: path.join(folder, 'models'), MODEL: 'tiny', ENGINES: '1' };
});
after(() => rm(folder, { recursive: true, force: true }));

const FORMATS = ['jsonl', 'json', 'coco', 'csv', 'yolo'] as const;
const read = (format: keyof typeof FILE_FORMATS, text: string): PictureRecord[] => FILE_FORMATS[format].read(text);

test('one picture: a line of JSON, the class, and nothing else on standard output', async () => {
  const file = path.join(pictures, 'a, "b".png');
  const { code, stdout } = await runCli(['detect', file], env);
  assert.equal(code, 0);
  const record = JSON.parse(stdout);
  assert.deepEqual([record.file, record.image, record.model.name], [file, { width: 64, height: 64 }, 'tiny']);
  assert.deepEqual(
    record.detections.map(({ label }: { label: string }) => label),
    ['green'],
  );
});

test('every file format holds the same, in the order of names, with a picture in which nothing was found', async () => {
  const all: PictureRecord[][] = [];
  for (const format of Object.keys(FILE_FORMATS) as (keyof typeof FILE_FORMATS)[]) {
    const { code, stdout, stderr } = await runCli(['detect', pictures, '--format', format], env);
    assert.equal(code, 0, stderr);
    all.push(read(format, stdout).map(record => ({ ...record, model: { name: record.model.name, version: '1' } })));
  }
  assert.deepEqual(
    all[0]!.map(({ file, detections }) => [path.relative(pictures, file), detections.map(({ label }) => label).join()]),
    [
      ['a, "b".png', 'green'],
      ['below/c.png', 'red'],
      ['empty.png', ''],
    ],
  );
  for (const records of all.slice(1)) assert.deepEqual(records, all[0]);
});

test('CSV is quoted as RFC 4180 says', () => {
  const record: PictureRecord = {
    file: 'a,"b"\r\nc.png',
    model: { name: 'm', version: '1' },
    image: { width: 10, height: 20 },
    detections: [{ class_id: 0, label: 'cat, or "dog"', score: 0.5, box: { x1: 1, y1: 2, x2: 3, y2: 4 } }],
  };
  const text = toCsv([record]);
  assert.match(text, /\r\n"a,""b""\r\nc\.png",10,20,m,1,0,"cat, or ""dog""",0\.5,1,2,3,4,,,,\r\n$/);
  assert.deepEqual(fromCsv(text), [record]);
});

test('YOLO and --annotate: a file a picture, in the folders of the pictures; classes.txt has the names', async () => {
  const out = path.join(folder, 'labelled');
  const args = ['detect', pictures, '--format', 'yolo', '--annotate', '--bands', '--out', out];
  const { code, stdout, stderr } = await runCli(args, env);
  assert.deepEqual([code, stdout], [0, ''], stderr);
  const line = await readFile(path.join(out, 'labels/a, "b".txt'), 'utf8');
  const [id, cx, cy, width, height, score] = line.trim().split(' ').map(Number);
  const record = JSON.parse((await runCli(['detect', path.join(pictures, 'a, "b".png')], env)).stdout);
  const { x1, y1, x2, y2 } = record.detections[0].box;
  assert.equal((await readFile(path.join(out, 'classes.txt'), 'utf8')).split('\n')[id!], 'green');
  const expected = [(x1 + x2) / 128, (y1 + y2) / 128, (x2 - x1) / 64, (y2 - y1) / 64, record.detections[0].score];
  const apart = [cx, cy, width, height, score].map((value, index) => Math.abs(value! - expected[index]!));
  assert.ok(Math.max(...apart) < 1e-3, `${line} is not ${expected}`);
  assert.equal(await readFile(path.join(out, 'labels/empty.txt'), 'utf8'), '');
  const { format, width: across } = await sharp(path.join(out, 'annotated/below/c.jpg')).metadata();
  assert.deepEqual([format, across], ['jpeg', 64]);
});

test('a broken file is named and skipped: exit code 2, the others are there; a second run tries it again, only it', async () => {
  const mixed = path.join(folder, 'mixed');
  const out = path.join(folder, 'mixed.csv');
  await mkdir(mixed);
  await writeFile(path.join(mixed, 'bad.jpg'), 'no picture');
  await writeFile(path.join(mixed, 'good.png'), await square('#00ff00'));
  const first = await runCli(['detect', mixed, '--out', out], env);
  assert.deepEqual([first.code, first.stdout], [2, '']);
  assert.match(first.stderr, /mixed\/bad\.jpg: The bytes are of no picture format known here/);
  assert.match(first.stderr, /1 done, 1 skipped\./);
  const text = await readFile(out, 'utf8');
  assert.equal(fromCsv(text).length, 1);
  await writeFile(path.join(mixed, 'bad.jpg'), await square('#ff0000'));
  const second = await runCli(['detect', mixed, '--out', out], env);
  assert.equal(second.code, 0);
  assert.match(second.stderr, /1 of 2 pictures are there already/);
  assert.match(second.stderr, /1 of 1 pictures/);
  assert.deepEqual(
    fromCsv(await readFile(out, 'utf8')).map(({ file }) => path.basename(file)),
    ['bad.jpg', 'good.png'],
  );
});

test('standard input is another picture each time: its results take the place of the last', async () => {
  const out = path.join(folder, 'stdin.csv');
  const labels = async () =>
    fromCsv(await readFile(out, 'utf8')).map(({ file, detections }) => [file, detections[0]!.label]);
  const given = async (colour: string) => runCli(['detect', '-', '--out', out], env, await square(colour));
  assert.equal((await given('#ff0000')).code, 0);
  const first = await labels();
  const second = await given('#00ff00');
  assert.equal(second.code, 0);
  assert.doesNotMatch(second.stderr, /there already/);
  assert.deepEqual([first.length, (await labels()).length], [1, 1]);
  assert.notDeepEqual(await labels(), first);
  assert.equal((await runCli(['detect', '-', '--out', out], env, 'no picture')).code, 2);
  assert.deepEqual(await labels(), [], 'what is there is of no other picture');
});

for (const format of FORMATS) {
  test(`${format}: Ctrl-C leaves a whole file of what was done; the next run adds the rest`, async () => {
    const out = path.join(folder, `stopped-${format}`);
    const whole = path.join(folder, `whole-${format}`);
    const results = (dir: string) =>
      path.join(dir, `detections${format === 'yolo' ? '' : FILE_FORMATS[format].extension}`);
    const args = ['detect', many, '--model', 'slow', '--format', format, '--annotate', '--out', out];
    const child = spawn(process.execPath, ['dist/cli.js', ...args], { env: { ...process.env, ...env } });
    let stderr = '';
    child.stderr.on('data', data => (stderr += data));
    const closed = once(child, 'close');
    const annotated = () => readdir(path.join(out, 'annotated')).catch(() => []);
    while ((await annotated()).length < 3 && child.exitCode === null) await new Promise(done => setTimeout(done, 10));
    child.kill('SIGINT');
    const [code] = await closed;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /Stopped: \d+ done/);
    const done =
      format === 'yolo'
        ? (await readdir(path.join(out, 'labels'))).length
        : read(format, await readFile(results(out), 'utf8')).length;
    assert.ok(done >= 2 && done < MANY, `${done} done`);
    const left = (await readdir(out, { recursive: true })).filter(name => name.includes('.part-'));
    assert.deepEqual(left, []);

    const rest = await runCli(args, env);
    assert.equal(rest.code, 0, rest.stderr);
    const again = Number(/of (\d+) pictures/.exec(rest.stderr.split('\n').at(-2)!)?.[1]);
    assert.ok(again <= MANY - done + 1, rest.stderr);
    if (format === 'yolo') {
      assert.equal((await readdir(path.join(out, 'labels'))).length, MANY);
      return;
    }
    assert.equal(
      (await runCli(['detect', many, '--model', 'slow', '--format', format, '--out', `${whole}/`], env)).code,
      0,
    );
    assert.equal(await readFile(results(out), 'utf8'), await readFile(results(whole), 'utf8'));
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends a run that waits for standard input and for a FIFO`, { timeout: 30_000 }, async () => {
    const fifo = path.join(folder, `${signal}.jpg`);
    await once(spawn('mkfifo', [fifo]), 'close');
    const child = spawn(process.execPath, ['dist/cli.js', 'detect', '-', fifo], { env: { ...process.env, ...env } });
    const closed = once(child, 'close');
    let stderr = '';
    child.stderr.on('data', data => (stderr += data));
    // Opens as soon as the other side does.
    const writer = await open(fifo, 'w');
    try {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      const [code, by] = await closed;
      clearTimeout(late);
      assert.deepEqual([code, by], [null, signal], 'a shell makes 128 and the number of it');
      assert.match(stderr, /Stopped: 0 done/);
    } finally {
      await writer.close();
    }
  });
}

test('SIGINT ends a run whose service never says what it has', { timeout: 30_000 }, async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const child = spawn(process.execPath, ['dist/cli.js', 'detect', pictures, '--server', `http://127.0.0.1:${port}`], {
    env: { ...process.env, ...env },
  });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', data => (stderr += data));
  try {
    await once(silent, 'request');
    child.kill('SIGINT');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    const [code] = await closed;
    clearTimeout(late);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^Stopped: 0 done\./);
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});

test('what is wrong with the address of a service or its keys is no matter of a command', async () => {
  const wrong = {
    PORT: 'tcp://10.0.0.1:80',
    METRICS_PORT: 'x',
    API_KEYS: 'short',
    API_KEYS_FILE: '/nowhere',
    CORS_ORIGINS: '?',
  };
  const { code, stderr } = await runCli(['detect', pictures], { ...env, ...wrong });
  assert.equal(code, 0, stderr);
  const { code: minded, stderr: said } = await runCli(['detect', pictures], { ...env, ...wrong, FORMATS: 'x' });
  assert.equal(minded, 1, said);
  assert.match(said, /^FORMATS is "x"/);
  assert.doesNotMatch(said, /PORT|KEYS|CORS/);
});

test('through a service: the same results as by itself', async () => {
  const key = 'a-key-of-sixteen-letters';
  const server = spawn(process.execPath, ['dist/main.js'], {
    env: { ...process.env, ...env, PORT: '0', API_KEYS: key, FORMATS: 'gif' },
  });
  try {
    let said = '';
    for await (const data of server.stderr) {
      said += data;
      if (/http:\S+\/detect/.test(said)) break;
    }
    const url = /http:\/\/[\d.:]+/.exec(said)![0];
    const own = await runCli(['detect', pictures], env);
    const asked = await runCli(['detect', pictures, '--server', url], { ...env, GFL_API_KEY: key });
    assert.deepEqual([asked.code, asked.stdout], [0, own.stdout], asked.stderr);
    const out = path.join(folder, 'served');
    const drawn = await runCli(
      ['detect', path.join(pictures, 'empty.png'), '--server', `${url}/`, '--api-key', key, '--annotate', '--out', out],
      env,
    );
    assert.equal(drawn.code, 0, drawn.stderr);
    assert.equal((await sharp(path.join(out, 'annotated/empty.jpg')).metadata()).format, 'jpeg');
    const refused = await runCli(['detect', pictures, '--server', url], env);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /^http\S* answers: Send an API key .* It is given with --api-key or in GFL_API_KEY\.$/m,
    );
  } finally {
    server.kill('SIGKILL');
  }
});

const SENTENCES: [string, () => string[], RegExp][] = [
  ['no picture', () => [], /^Name the pictures\.\n\nUsage: gfl-serve detect/],
  ['no such file', () => ['nowhere.jpg'], /^There is no file or folder nowhere\.jpg\./],
  ['nothing matches', () => ['nowhere/*.jpg'], /^Nothing matches nowhere\/\*\.jpg\./],
  ['an unknown format', () => ['a', '--format', 'xml'], /--format is "xml"; expected jsonl, json, coco, csv, yolo\./],
  ['a threshold that is none', () => ['a', '--threshold', '2'], /--threshold is "2"; expected a number from 0 to 1\./],
  ['yolo without a folder', () => ['a', '--format', 'yolo'], /--format yolo needs --out with a folder\./],
  ['bands without a picture', () => ['a', '--bands'], /--bands goes with --annotate\./],
  ['a server that is none', () => ['a', '--server', 'localhost'], /--server is "localhost"; expected a URL/],
  ['engines that are none', () => [pictures, '--engines', '0'], /^--engines is "0"; expected a whole number from 1/m],
  ['an unknown class', () => [pictures, '--classes', 'unicorn'], /expected a class name or an id .* "unicorn"/i],
  [
    'an unknown model',
    () => [pictures, '--model', 'nothing'],
    /There is no model "nothing" in .*: it has slow, tiny\./,
  ],
  [
    'an output that is no file',
    () => ['a', '--out', '/dev/stdout'],
    /--out is \/dev\/stdout, which is no file; leave it/,
  ],
  [
    'a folder that is no file either',
    () => ['a', '--format', 'yolo', '--out', '/dev/null'],
    /--out is \/dev\/null, which is no file; leave it/,
  ],
  [
    'a file that is something else',
    () => [pictures, '--out', 'package.json'],
    /package\.json is there and is not an earlier output/,
  ],
];

for (const [name, args, message] of SENTENCES) {
  test(`refused in a sentence, exit code 1: ${name}`, async () => {
    const { code, stdout, stderr } = await runCli(['detect', ...args()], env);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /This is a bug/);
  });
}

const UNWRITABLE: [string, string[], RegExp][] = [
  ['a file', ['--out', '/proc/foo.json'], /^\/proc\/foo\.json cannot be written: there is no such folder, and none/],
  ['below a file', ['--annotate', '--out', 'package.json/x'], /^package\.json\/x\/.* cannot be (read|written)/],
  ['labels', ['--format', 'yolo', '--out', '/proc/foo'], /^\/proc\/foo\/classes\.txt cannot be written/],
];

for (const [name, args, message] of UNWRITABLE) {
  test(`an output that cannot be written is said in a sentence, before any picture: ${name}`, async () => {
    const { code, stderr } = await runCli(['detect', pictures, ...args], env);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /This is a bug|of \d+ pictures/);
  });
}

for (const [where, code, said] of [
  ['> /dev/full', 1, /^Standard output cannot be written: ENOSPC.*\n$/],
  ['| true', 0, /^$/],
] as const) {
  test(`standard output ${where}: exit code ${code}`, async () => {
    const command = `set -o pipefail; "$0" dist/cli.js detect "$1" ${where}`;
    const child = spawn('bash', ['-c', command, process.execPath, pictures], { env: { ...process.env, ...env } });
    let stderr = '';
    child.stderr.on('data', data => (stderr += data));
    const [exit] = await once(child, 'close');
    assert.equal(exit, code, stderr);
    assert.match(stderr.replace(/^\d+ of \d+ pictures.*\n/gm, ''), said);
  });
}

test('an output that is a link stays one: what it leads to is written', async () => {
  const file = path.join(folder, 'linked.csv');
  const link = path.join(folder, 'link.csv');
  await writeFile(file, '');
  await symlink(file, link);
  const { code, stderr } = await runCli(['detect', path.join(pictures, 'empty.png'), '--out', link], env);
  assert.equal(code, 0, stderr);
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.equal(fromCsv(await readFile(file, 'utf8')).length, 1);
});

test('an output of another model is not added to', async () => {
  const out = path.join(folder, 'of-tiny.json');
  await runCli(['detect', path.join(pictures, 'empty.png'), '--out', out], env);
  const { code, stderr } = await runCli(['detect', pictures, '--model', 'slow', '--out', out], env);
  assert.equal(code, 1);
  assert.match(stderr, /has results of tiny \(version 1\), this is slow \(1\); name another/);
});

test('YOLO labels whose numbers mean other classes are not added to', async () => {
  const out = path.join(folder, 'of-others');
  await mkdir(out);
  await writeFile(path.join(out, 'classes.txt'), 'cat\ndog\n');
  const { code, stderr } = await runCli(['detect', pictures, '--format', 'yolo', '--out', out], env);
  assert.equal(code, 1);
  assert.match(stderr, /classes\.txt has the classes of another model than tiny; name another folder\./);
  assert.equal(await readFile(path.join(out, 'classes.txt'), 'utf8'), 'cat\ndog\n');
});

test('an output inside the folder of the pictures is not taken for more of them', async () => {
  const both = path.join(folder, 'in-and-out');
  await mkdir(both);
  await writeFile(path.join(both, 'x.png'), await square('#00ff00'));
  for (const before of [0, 1, 1]) {
    const { code, stderr } = await runCli(['detect', both, '--annotate', '--format', 'yolo', '--out', both], env);
    assert.equal(code, 0, stderr);
    assert.equal(/1 of 1 pictures are there already/.test(stderr), before === 1, stderr);
  }
  assert.deepEqual(await readdir(path.join(both, 'annotated')), ['x.jpg']);
});

test('nor are its own pictures taken for more where a pattern matches them', async () => {
  const both = path.join(folder, 'patterned');
  await mkdir(both);
  await writeFile(
    path.join(both, 'x.jpg'),
    await sharp(await square('#00ff00'))
      .jpeg()
      .toBuffer(),
  );
  for (const _ of [1, 2]) {
    const { code, stderr } = await runCli(['detect', `${both}/**/*.jpg`, '--annotate', '--out', both], env);
    assert.equal(code, 0, stderr);
  }
  assert.deepEqual(await readdir(path.join(both, 'annotated')), ['x.jpg']);
});

for (const [name, status, body, message] of [
  ['a page', 200, '<html></html>', /is no gfl-serve: its \/models is no list of models\./],
  ['another JSON', 200, '{"data": []}', /is no gfl-serve: its \/models is no list of models\./],
  ['a failure', 500, '{"detail": "out of order"}', /answers: out of order/],
] as const) {
  test(`--server that answers with ${name}`, async t => {
    const other = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close().closeAllConnections());
    const url = `http://127.0.0.1:${(other.address() as { port: number }).port}`;
    const { code, stderr } = await runCli(['detect', pictures, '--server', url], env);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /This is a bug|\n +at /);
  });
}

/** A service that answers as `answer` says, and how often each path was asked. */
async function fakeService(t: TestContext, answer: (path: string, accept: string, response: ServerResponse) => void) {
  const asked: string[] = [];
  const fake = createServer((request, response) => {
    const [name] = request.url!.split('?');
    if (name === '/models') {
      return response.end(JSON.stringify({ models: [{ name: 'tiny', version: '1', labels: ['red'] }] }));
    }
    request.resume().on('end', () => {
      asked.push(request.headers.accept!);
      answer(name!, request.headers.accept!, response);
    });
  }).listen(0, '127.0.0.1');
  await once(fake, 'listening');
  t.after(() => fake.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(fake.address() as { port: number }).port}`, asked };
}

const NOTHING_FOUND = JSON.stringify({
  model: { name: 'tiny', version: '1' },
  image: { width: 8, height: 8 },
  detections: [],
});

test('an answer that is cut in its body is asked for again', async t => {
  let cut = 0;
  const { url, asked } = await fakeService(t, (_, __, response) => {
    if (cut++ > 0) return response.end(NOTHING_FOUND);
    response.writeHead(200, { 'content-length': 1000 }).write('{"model"');
    setTimeout(() => response.destroy(), 50);
  });
  const { code, stdout, stderr } = await runCli(['detect', path.join(pictures, 'empty.png'), '--server', url], env);
  assert.equal(code, 0, stderr);
  assert.equal(read('jsonl', stdout).length, 1);
  assert.equal(asked.length, 2);
});

test('a picture that cannot be drawn costs no other: exit code 2', async t => {
  let drawn = 0;
  const { url } = await fakeService(t, (_, accept, response) => {
    if (accept === 'application/json') return response.end(NOTHING_FOUND);
    if (drawn++ > 0) return response.end('a picture');
    response.writeHead(400).end(JSON.stringify({ detail: 'No JPEG is as wide.' }));
  });
  const out = path.join(folder, 'one-not-drawn');
  const { code, stderr } = await runCli(['detect', pictures, '--server', url, '--annotate', '--out', out], env);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /No JPEG is as wide\./);
  assert.ok(drawn > 1);
  assert.equal(
    (await readdir(path.join(out, 'annotated'), { recursive: true })).some(name => name.endsWith('.jpg')),
    true,
  );
});

test('pictures of one name: the second run does not take the labels of the first for its own', async () => {
  const names = ['one/x.png', 'two/x.png', 'two/x.jpg'].map(name => path.join(folder, 'same-name', name));
  for (const name of names) {
    await mkdir(path.dirname(name), { recursive: true });
    await writeFile(name, await square('#00ff00'));
  }
  const [one, two, jpg] = names as [string, string, string];
  const detect = (format: string, ...files: string[]) =>
    runCli(['detect', ...files, '--annotate', '--format', format, '--out', path.join(folder, `same-${format}`)], env);
  for (const format of ['yolo', 'jsonl']) {
    assert.equal((await detect(format, one)).code, 0);
    assert.match((await detect(format, one)).stderr, /1 of 1 pictures are there already/);
    const { code, stderr } = await detect(format, two);
    assert.equal(code, 1);
    assert.match(stderr, /^x in .* is of .*one\/x\.png, not of .*two\/x\.png; name another --out folder/);
  }
  assert.match(
    (await detect('yolo', one, two)).stderr,
    /give them in two runs, each with an --out folder of its own\./,
  );
  assert.match((await detect('yolo', jpg, two)).stderr, /would both be written as x; rename one of them\./);
});

const GLOBS: [string, string, boolean][] = [
  ['a/*.jpg', 'a/b.jpg', true],
  ['a/*.jpg', 'a/b/c.jpg', false],
  ['a/**/*.jpg', 'a/c.jpg', true],
  ['a/**/*.jpg', 'a/b/d/c.jpg', true],
  ['a/?.{jpg,png}', 'a/b.png', true],
  ['a/?.{jpg,png}', 'a/bb.png', false],
  ['a/[0-9]*', 'a/7x', true],
  ['a/[!0-9]*', 'a/7x', false],
  ['a.b/*', 'aXb/c', false],
];

for (const [pattern, file, expected] of GLOBS) {
  test(`${pattern} ${expected ? 'matches' : 'does not match'} ${file}`, () =>
    assert.equal(globToRegExp(pattern).test(file), expected));
}

/** The pictures of `input`, as a user who is not allowed everything finds them; undefined where no such user can be had. */
async function asStranger(input: string): Promise<{ code: number | null; stdout: string; stderr: string } | undefined> {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const ask = (args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
      ...user,
      env: { ...process.env, ...env, CACHE_DIR: 'none' },
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };
  return ask(['--version']).code === 0 ? ask(['detect', input]) : undefined;
}

test('a folder that cannot be read is named and costs no other: exit code 2; a pattern reads only what it asks for', async t => {
  const tree = path.join(folder, 'tree');
  await mkdir(path.join(tree, 'secret/below'), { recursive: true });
  await mkdir(path.join(tree, 'open'));
  const green = await square('#00ff00');
  for (const file of ['top.png', 'open/in.png']) await writeFile(path.join(tree, file), green);
  await chmod(folder, 0o755);
  await chmod(path.join(tree, 'secret'), 0o000);
  t.after(() => chmod(path.join(tree, 'secret'), 0o755));
  const cases: [input: string, code: number, found: string[]][] = [
    ['', 2, ['open/in.png', 'top.png']],
    ['**/*.png', 2, ['open/in.png', 'top.png']],
    ['*/*.png', 2, ['open/in.png']],
    ['*.png', 0, ['top.png']],
    ['o*/*.png', 0, ['open/in.png']],
    ['secret', 1, []],
  ];
  for (const [input, code, found] of cases) {
    const ended = await asStranger(path.join(tree, input));
    if (ended === undefined) return t.skip('no user is here who may read the project and not everything');
    const files = ended.stdout
      .split('\n')
      .filter(Boolean)
      .map(line => path.relative(tree, JSON.parse(line).file));
    assert.deepEqual([input, ended.code, files], [input, code, found], ended.stderr);
    if (code > 0) assert.match(ended.stderr, /tree\/secret(: The folder)? cannot be read: EACCES/);
    if (code === 2) assert.match(ended.stderr, /^\d done, 1 folder not searched\.$/m);
  }
});

test('a picture that was changed since is detected and drawn again', async () => {
  const [input, out] = ['drawn-again', 'drawn-again-out'].map(name => path.join(folder, name)) as [string, string];
  await mkdir(input);
  const annotated = path.join(out, 'annotated', 'x.jpg');
  const drawn: Buffer[] = [];
  for (const [colour, label] of [
    ['#00ff00', 'green'],
    ['#ff0000', 'red'],
  ] as const) {
    await writeFile(path.join(input, 'x.png'), await square(colour));
    assert.equal((await runCli(['detect', input, '--annotate', '--out', out], env)).code, 0);
    const [record] = read('jsonl', await readFile(path.join(out, 'detections.jsonl'), 'utf8'));
    assert.equal(record?.detections[0]?.label, label);
    drawn.push(await readFile(annotated));
  }
  assert.notDeepEqual(drawn[0], drawn[1]);
  assert.match((await runCli(['detect', input, '--annotate', '--out', out], env)).stderr, /are there already/);
});

for (const format of ['jsonl', 'csv'] as const) {
  test(`${format}: the results of a picture are not taken for those of its namesake, nor of what it was before`, async () => {
    const out = path.join(folder, `namesakes-${format}`);
    const cli = path.resolve('dist/cli.js');
    const detectIn = (home: string) => {
      const args = [cli, 'detect', 'x.png', '--out', out, '--format', format];
      return spawnSync(process.execPath, args, { cwd: home, env: { ...process.env, ...env }, encoding: 'utf8' });
    };
    const found = async () => read(format, await readFile(out, 'utf8')).map(({ detections }) => detections[0]?.label);
    const [one, two] = [path.join(folder, `one-${format}`), path.join(folder, `two-${format}`)];
    for (const [home, colour] of [
      [one, '#00ff00'],
      [two, '#ff0000'],
    ] as const) {
      await mkdir(home);
      await writeFile(path.join(home, 'x.png'), await square(colour));
    }
    assert.equal(detectIn(one).status, 0);
    assert.match(detectIn(one).stderr, /^1 of 1 pictures are there already\.$/m);
    const { status, stderr } = detectIn(two);
    assert.equal(status, 1);
    assert.match(stderr, /^x\.png in .* is .*one-\w+\/x\.png, not .*two-\w+\/x\.png; name another --out\./m);
    assert.deepEqual(await found(), ['green']);
    await writeFile(path.join(one, 'x.png'), await square('#ff0000'));
    assert.equal(detectIn(one).status, 0);
    assert.deepEqual(await found(), ['red']);
    await writeFile(path.join(one, 'x.png'), (await square('#ff0000')).subarray(0, 60));
    assert.equal(detectIn(one).status, 2, 'it is broken now');
    assert.deepEqual(await found(), [], 'and what it was is not told of it');
  });
}

test('a pattern whose range goes backwards is refused in a sentence', async () => {
  const { code, stderr } = await runCli(['detect', path.join(pictures, '[z-a]*.png')], env);
  assert.deepEqual(
    [code, /is no pattern: a range in its brackets goes backwards\.\n$/.test(stderr)],
    [1, true],
    stderr,
  );
});

test('COCO: ids count from 1 and fit together', async () => {
  const { stdout } = await runCli(['detect', pictures, '--format', 'coco'], env);
  const file = JSON.parse(stdout);
  assert.deepEqual(
    file.images.map(({ id }: { id: number }) => id),
    [1, 2, 3],
  );
  assert.deepEqual(
    file.annotations.map((one: { image_id: number }) => one.image_id),
    [1, 2],
  );
  const [x, y, width, height] = file.annotations[0].bbox;
  assert.ok(Math.abs(x + width / 2 - 28) < 8 && Math.abs(y + height / 2 - 36) < 8 && width > 0 && height > 0);
  assert.equal(fromCoco(stdout).length, 3);
});
