import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inspectGraph } from '../../src/detector/authoring.ts';
import { DetectorError } from '../../src/detector/index.ts';
import { BGR, encoded, familyGraph } from '../support/family-graph.ts';
import { external, HOSTILE_GRAPHS } from '../support/hostile-graphs.ts';
import { seededRandom } from '../support/random.ts';
import { runCli } from '../support/run-cli.ts';

/** Files from anywhere: a sentence and exit code 1, whatever they are. */

const GRAPH = encoded(familyGraph({ normalisation: BGR, strides: [8, 16, 32], bins: 8, priorOffset: 0.5 }));

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-hostile-'));
});
after(() => rm(folder, { recursive: true }));

async function written(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, bytes);
  return file;
}

/** 2^62 bytes of graph, and three of them there. */
const HUGE_CLAIM = Uint8Array.of(0x08, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 1, 2, 3);

function text(content: string): Uint8Array {
  return Buffer.from(content, 'latin1');
}

const files: [string, Uint8Array, RegExp][] = [
  ['empty', new Uint8Array(), /it is empty/],
  ['random bytes', randomBytes(50_000), /it is no ONNX file, or a damaged one/],
  ['a zip', text('PK\x03\x04rest'), /no ONNX file but a zip archive: a PyTorch checkpoint/],
  ['a pickle', text('\x80\x02}q\x00.'), /no ONNX file but a Python pickle/],
  ['gzip', text('\x1f\x8b\x08\x00'), /no ONNX file but a gzip archive/],
  [
    'a Git LFS pointer',
    text('version https://git-lfs.github.com/spec/v1\n'),
    /a Git LFS pointer: fetch the file itself/,
  ],
  ['a web page', text('<!DOCTYPE html><html></html>'), /a web page or XML/],
  ['JSON', text('{"error": "not found"}'), /JSON: the download went wrong/],
  ['TensorFlow Lite', text('\x1c\x00\x00\x00TFL3'), /a TensorFlow Lite model/],
  ['a protobuf without a graph', Uint8Array.of(0x08, 8), /it holds no ONNX graph/],
  ['a huge claim', HUGE_CLAIM, /no ONNX file, or a damaged one/],
  ['half a graph', GRAPH.subarray(0, GRAPH.length / 2), /it breaks off, as a download does that was cut short/],
  ['messages in messages', nested(50_000), /no ONNX file, or a damaged one/],
  ...HOSTILE_GRAPHS,
];
for (const [name, bytes, message] of files) {
  test(`inspect: a sentence and exit code 1: ${name}`, async () => {
    const { code, stdout, stderr } = await runCli(['model', 'inspect', await written(bytes)]);
    assert.equal(code, 1, stdout);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /This is a bug|\n {4}at /);
  });
}

test('add: neither does a hostile file leave anything behind', async () => {
  const models = path.join(folder, 'models');
  for (const [name, bytes] of [
    ['half', GRAPH.subarray(0, GRAPH.length / 2)] as const,
    ['outside', external({ location: '/etc/passwd' })] as const,
  ]) {
    const args = ['model', 'add', await written(bytes), '--family', 'nanodet', '--models-dir', models, '--name', name];
    const { code, stderr } = await runCli(args);
    assert.equal(code, 1);
    assert.match(stderr, /cannot be used: /);
  }
  await assert.rejects(readdir(models), { code: 'ENOENT' }, 'not even the folder, which was not there before');
});

test('a file that is none is refused in a sentence', async () => {
  for (const [file, message] of [
    [path.join(folder, 'nowhere.onnx'), /there is no such file/],
    [folder, /it is no file/],
    ['/dev/zero', /it is no file/],
  ] as const) {
    await assert.rejects(inspectGraph(file, {}), { code: 'invalid_graph', message });
  }
});

test('weights behind a link, in a folder, or past the end of their file are not read', async () => {
  const home = path.join(folder, 'home');
  await mkdir(path.join(home, 'folder.bin'), { recursive: true });
  await writeFile(path.join(folder, 'secret.bin'), Buffer.alloc(12));
  await symlink(path.join(folder, 'secret.bin'), path.join(home, 'link.bin'));
  await writeFile(path.join(home, 'short.bin'), Buffer.alloc(8));
  const file = path.join(home, 'graph.onnx');
  for (const [entries, message] of [
    [{ location: 'link.bin' }, /a link that leads outside its folder, which is not read/],
    [{ location: 'folder.bin' }, /which is no file/],
    [{ location: 'short.bin', length: '12' }, /at bytes 0 to 12, and that has 8/],
    [{ location: 'short.bin', offset: '9' }, /and that has 8/],
    // The claimed length rules what is allocated.
    [{ location: 'short.bin', length: '999999999999999' }, /and that has 8/],
  ] as const) {
    await writeFile(file, external(entries));
    await assert.rejects(inspectGraph(file, {}), { code: 'invalid_graph', message });
  }
});

test('damaged at random: never a crash, never a bug', async () => {
  const random = seededRandom(7);
  let refused = 0;
  for (let round = 0; round < 150; round++) {
    const bytes = Uint8Array.from(GRAPH);
    for (let i = 0; i < 1 + random() * 3; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const file = await written(random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
    try {
      await inspectGraph(file, { size: { width: 64, height: 64 } });
    } catch (error) {
      assert.ok(error instanceof DetectorError, `round ${round}: ${(error as Error).stack}`);
      refused++;
    }
  }
  console.log(`${refused} of 150 damaged graphs refused`);
  assert.ok(refused > 30);
});

function randomBytes(length: number): Uint8Array {
  const random = seededRandom(1);
  // The first is not one of the known kinds.
  return Uint8Array.from({ length }, (_, i) => (i === 0 ? 0x0f : Math.floor(random() * 256)));
}

/** A graph in an attribute (field 6) of a node (field 5, field 1) of a graph in an attribute, and so on. */
function nested(depth: number): Uint8Array {
  const prefixes: number[][] = [];
  let length = 0;
  const wrap = (tag: number) => {
    const prefix = [tag, ...varint(length)];
    prefixes.push(prefix);
    length += prefix.length;
  };
  for (let i = 0; i < depth; i++) for (const tag of [0x32, 0x2a, 0x0a]) wrap(tag);
  wrap(0x3a);
  return Uint8Array.from(prefixes.reverse().flat());
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) + 128);
  }
}
