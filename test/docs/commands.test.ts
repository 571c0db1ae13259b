import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../support/has-tool.ts';
import { codeBlocks, commandsOf } from './code-blocks.ts';
import { hasShared, makeWorkingCopy } from './working-copy.ts';

/**
 * Every command of README.md and docs/*.md, run in order in a copy of the project, page by page. What is not run is listed here
 * with its reason, and what is changed before it is run, too.
 */

const NOT_RUN: [command: RegExp, reason: string][] = [
  [/^docker /, 'wants a container engine; docs/docker.md says where these were run'],
  [/^npm ci && npm test$/, 'is what runs this'],
  [/^promtool test rules/, 'test/deploy/alerts.test.ts runs it'],
  [/^(PROVIDER=cuda )?npm run bench/, 'takes minutes and a quiet machine, or a GPU'],
  [/^sh docker\/fetch-cuda-provider/, 'fetches 200 MB from NuGet'],
  [/libonnxruntime_providers_cuda|linux-x64-gpu/, 'fetches the CUDA provider, 180 MB'],
  [/gfl-cuda/, 'fetches CUDA, 1.9 GB'],
];

const ADDRESS = 'http://127.0.0.1:8080';
const COCO_VAL_128 = '../shared/data/coco-val-128/annotations.json';

/** Truth for samples/, so that `eval` has something to measure. */
const ASTRONAUT = {
  images: [{ id: 1, file_name: 'astronaut.jpg', width: 512, height: 512 }],
  annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [16, 15, 349, 494], area: 172_406, iscrowd: 0 }],
  categories: [{ id: 1, name: 'person' }],
};

interface Answer {
  request_id: string;
  detections: { label: string; score: number; box: Record<string, number>; uncertainty: Record<string, number> }[];
}

let folder: string;
let project: string;
let bin: string;
const printed = new Map<string, string>();
let service: { url: string; child: ChildProcess } | undefined;

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gfl-docs-'));
  ({ project, bin } = makeWorkingCopy(folder));
  writeFileSync(path.join(project, 'COCO.json'), JSON.stringify(ASTRONAUT));
  if (hasShared) writeFileSync(path.join(project, 'COCO-8.json'), JSON.stringify(firstEight()));
});
after(async () => {
  await stopService();
  rmSync(folder, { recursive: true, force: true });
});

/** Of coco-val-128: what is shown with all of it is run with eight pictures. */
function firstEight(): object {
  const all = JSON.parse(readFileSync(COCO_VAL_128, 'utf8')) as {
    images: { id: number }[];
    annotations: { image_id: number }[];
  };
  const images = all.images.slice(0, 8);
  const ids = images.map(({ id }) => id);
  return { ...all, images, annotations: all.annotations.filter(({ image_id }) => ids.includes(image_id)) };
}

/** What stands for the reader's own files, and what `npm ci` has done before this test. */
function substituted(command: string): string {
  const replacements: [what: RegExp | string, by: string][] = [
    [/^npm ci && /, ''],
    ['FILE.onnx --family nanodet-plus', 'models/nanodet-g/model.onnx --family nanodet'],
    ['FILE.onnx', 'models/nanodet-g/model.onnx'],
    [COCO_VAL_128, 'COCO-8.json'],
    ['--images DIR', '--images samples'],
    ['/tmp/', `${folder}/`],
    ['~/', `${folder}/home/`],
    [/^curl /, 'curl --fail --silent --show-error '],
    [ADDRESS, service?.url ?? ADDRESS],
  ];
  return replacements.reduce(
    (text, [what, by]) => text.replaceAll(what instanceof RegExp ? new RegExp(what, 'g') : what, by),
    command,
  );
}

function whyNot(command: string): string | false {
  const listed = NOT_RUN.find(([pattern]) => pattern.test(command));
  if (listed) return listed[1];
  if (command.includes('../shared/') && !hasShared) return 'needs ../shared, which is not here';
  return command.startsWith('promtool ') && missing('promtool');
}

function launch(command: string): { child: ChildProcess; output: () => string } {
  const env = { ...process.env, PORT: '0', PROVIDER: 'cpu', LOG_LEVEL: 'info', PATH: `${bin}:${process.env.PATH}` };
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  return { child, output: () => output };
}

async function run(command: string): Promise<string> {
  const { child, output } = launch(command);
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 120_000);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  assert.equal(code, 0, `${command}\n${output()}`);
  return output();
}

/** Until it prints the line to try. */
async function startService(command: string): Promise<void> {
  await stopService();
  const { child, output } = launch(command);
  service = { url: '', child };
  const address = () => /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(output())?.[1];
  for (let waited = 0; address() === undefined || !output().includes('Try:\n'); waited += 100) {
    assert.ok(
      child.exitCode === null && waited < 120_000,
      `${command} never said where it is and what to try:\n${output()}`,
    );
    await sleep(100);
  }
  service.url = address()!;
}

/** A page that asks the service without having started it has it running, as its reader has. */
async function startServiceFor(text: string): Promise<void> {
  if (text.includes(ADDRESS) && service === undefined) await startService('node dist/cli.js serve');
}

/** SIGTERM to the whole group, as Ctrl-C in a terminal; expects a clean end. */
async function stopService(): Promise<void> {
  const child = service?.child;
  service = undefined;
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
}

/** Pages that record commands of another time and place. */
const RECORDS = ['docs/first-run.md'];

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter(file => file.endsWith('.md'))
    .sort()
    .map(file => `docs/${file}`),
].filter(page => !RECORDS.includes(page));
const commands = pages.map(page => ({
  page,
  commands: codeBlocks(readFileSync(page, 'utf8'), 'sh', 'bash', 'shell', 'console').flatMap(commandsOf),
}));

for (const { page, commands: list } of commands) {
  test(`${page}: every command does what it says`, { skip: list.length === 0 && 'has no commands' }, async t => {
    let failed = false;
    for (const command of list) {
      await t.test(command, { skip: whyNot(command) || (failed && 'one before it failed') }, async () => {
        failed = true;
        await startServiceFor(command);
        if (/(^|&& |[A-Z]=\S+ )(npm start|gfl-serve serve|node dist\/cli\.js serve)\b/.test(command))
          await startService(substituted(command));
        else printed.set(command, await run(substituted(command)));
        failed = false;
      });
    }
    await stopService();
  });
}

test('nothing is listed as not run that is not there any more', () => {
  const all = commands.flatMap(entry => entry.commands);
  assert.ok(all.length > 20, 'the commands were not found');
  for (const [pattern] of NOT_RUN)
    assert.ok(
      all.some(command => pattern.test(command)),
      String(pattern),
    );
});

test('README.md shows the answer that the first picture gets', () => {
  const shown = JSON.parse(codeBlocks(readFileSync('README.md', 'utf8'), 'json')[0]!) as Answer;
  const answer = JSON.parse(
    printed.get('curl -F image=@samples/astronaut.jpg http://127.0.0.1:8080/detect')!,
  ) as Answer;
  assert.deepEqual({ ...answer, request_id: '…', detections: [] }, { ...shown, detections: [] });
  assert.deepEqual(
    answer.detections.map(({ label }) => label),
    shown.detections.map(({ label }) => label),
  );
  // Another JPEG decoder or another CPU may move the last digits.
  const [got, said] = [answer.detections[0]!, shown.detections[0]!];
  assert.ok(Math.abs(got.score - said.score) < 0.01, `score ${got.score}`);
  for (const part of ['box', 'uncertainty'] as const) {
    for (const [name, value] of Object.entries(said[part])) {
      assert.ok(Math.abs(got[part][name]! - value) < 1, `${part}.${name}: ${got[part][name]}`);
    }
  }
});

test('docs/adding-a-model.md shows what its commands print', {
  skip: !hasShared && 'needs ../shared, which is not here',
}, () => {
  const shown = codeBlocks(readFileSync('docs/adding-a-model.md', 'utf8'), 'text').flatMap(linesOf);
  assert.ok(shown.length > 10, 'the outputs were not found');
  const had = [...printed.values()].flatMap(linesOf);
  for (const line of shown) {
    const near = had.filter(other => withoutNumbers(other) === withoutNumbers(line));
    assert.ok(near.length > 0, `nothing printed reads like: ${line}`);
    assert.ok(
      near.some(other => numbersAgree(other, line)),
      `${line}\n${near.join('\n')}`,
    );
  }
});

const NUMBER = /\d+(\.\d+)?/g;

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line.trim() !== '');
}

function withoutNumbers(line: string): string {
  return line.trim().replaceAll(NUMBER, '#');
}

/** Another CPU may move the last digits, and a box over a threshold: 5 % or 0.05, whichever is more, or 1 of a small count. */
function numbersAgree(line: string, other: string): boolean {
  const [some = [], others = []] = [line, other].map((text): string[] => text.match(NUMBER) ?? []);
  const most = (number: string) => (/^1?\d$/.test(number) ? 1 : Math.max(0.05, 0.05 * Number(number)));
  return some.every((number, index) => Math.abs(Number(number) - Number(others[index])) <= most(number));
}

for (const [index, example] of codeBlocks(readFileSync('README.md', 'utf8'), 'ts').entries()) {
  test(`README.md: library example ${index + 1} finds the astronaut`, async () => {
    await startServiceFor(example);
    writeFileSync(path.join(project, `example-${index}.mjs`), substituted(example));
    assert.match(await run(`node example-${index}.mjs`), /person/);
    await stopService();
  });
}
