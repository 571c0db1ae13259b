import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  createDetector,
  type Detection,
  type DetectOptions,
  type Detector,
  DetectorError,
  type DetectorOptions,
} from '../../src/detector/index.ts';
import { openSession } from '../../src/detector/inference/session.ts';
import { assertClose } from '../support/largest-difference.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

const fromRoot = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
const MODEL = fromRoot('models/nanodet-g');
const PICTURE = readFileSync(fromRoot('samples/astronaut.jpg'));

/** Between what the weights of nanodet-g take as they are and with faster convolutions: 15 and 21 MB. */
const LARGEST_FILE = 18_000_000;

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gfl-cache-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let kept: Promise<string> | undefined;
after(async () => kept && rm(await kept, { recursive: true, force: true }));

/** A cache that has the entry of the default model, as another process made it. */
async function cacheWithEntry(t: TestContext): Promise<string> {
  kept ??= mkdtemp(path.join(tmpdir(), 'gfl-cache-')).then(async cacheDir => {
    const detector = await createDetector(path.join(MODEL, 'model.json'), { provider: 'cpu', cacheDir });
    await detector.close();
    return cacheDir;
  });
  const cacheDir = await temporary(t);
  cpSync(await kept, cacheDir, { recursive: true });
  return cacheDir;
}

async function open(t: TestContext, options: DetectorOptions, model = MODEL): Promise<Detector> {
  const detector = await createDetector(path.join(model, 'model.json'), { provider: 'cpu', ...options });
  t.after(() => detector.close());
  return detector;
}

async function answer(detector: Detector): Promise<unknown> {
  const { detections } = await detector.detect(PICTURE, { scoreThreshold: 0.05, includeDistribution: true });
  assert.ok(detections.length > 10);
  return detections;
}

/** Convolutions may be said otherwise, and sums are taken in another order then. Of pixels, scores and probabilities. */
const TOLERANCE = 2e-3;

/** Detections in the order of those expected: of two with nearly one score either may be first. */
function inOrderOf(expected: unknown, found: unknown): unknown {
  if (!Array.isArray(found) || !Array.isArray(expected) || found.length !== expected.length) return found;
  if (!expected.every(isDetection)) return found.map((part, index) => inOrderOf(expected[index], part));
  const left = new Set(found as Detection[]);
  return expected.map(({ label, score, box }) => {
    const same = [...left].find(
      other =>
        other.label === label &&
        [other.score - score, other.box.x1 - box.x1, other.box.y1 - box.y1, other.box.x2 - box.x2].every(
          apart => Math.abs(apart) <= TOLERANCE,
        ),
    );
    if (same !== undefined) left.delete(same);
    return same;
  });
}

function isDetection(value: unknown): value is Detection {
  return typeof value === 'object' && value !== null && 'box' in value;
}

/** The same, but that numbers may differ by the tolerance, and detections of nearly one score may come in another order. */
function assertAlike(anyOrder: unknown, expected: unknown, what: string): void {
  const found = inOrderOf(expected, anyOrder);
  const numbers = (value: unknown, into: number[]) =>
    JSON.parse(
      JSON.stringify(value, (_key, part) => {
        const plain = ArrayBuffer.isView(part) ? [...(part as Float32Array)] : part;
        return typeof plain === 'number' ? into.push(plain) && 'a number' : plain;
      }),
    );
  const [of, ofExpected]: [number[], number[]] = [[], []];
  assert.deepEqual(numbers(found, of), numbers(expected, ofExpected), what);
  assert.ok(ofExpected.length > 0);
  assertClose(of, ofExpected, TOLERANCE, what);
}

/** The one that is not named for a number here. */
async function ownEntry(cacheDir: string): Promise<string> {
  return (await readdir(cacheDir)).find(name => /^[0-9a-f]{32}$/.test(name) && !name.startsWith('0000000000'))!;
}

/** The one entry of a cache. */
async function entryIn(cacheDir: string): Promise<string> {
  const names = await readdir(cacheDir);
  assert.equal(names.length, 1, `one entry and no draft, but ${names}`);
  return path.join(cacheDir, names[0]!);
}

test('with a cache: the same answers when it is made, and to the last bit when it is used', async t => {
  const cacheDir = await temporary(t);
  const expected = await answer(await open(t, {}));
  for (const inputShape of ['rectangular', 'fixed'] as const) {
    const plain = inputShape === 'fixed' ? await answer(await open(t, { inputShape })) : expected;
    const made = await open(t, { cacheDir, inputShape, threadsWhenAlone: 2 });
    assert.deepEqual([made.notes, made.cannotKeep], [[], false]);
    const first = await answer(made);
    assertAlike(first, plain, inputShape);
    const used = await open(t, { cacheDir, inputShape, checkedBefore: { graph: true } });
    assert.deepEqual(await answer(used), first);
  }
  const { ino } = await stat(await entryIn(cacheDir));
  await open(t, { cacheDir });
  assert.equal((await stat(await entryIn(cacheDir))).ino, ino, 'made once');
});

test('with a cache only candidates leave the graph, and every option gives the same', async t => {
  const cacheDir = await cacheWithEntry(t);
  const [plain, cached] = await Promise.all([open(t, {}), open(t, { cacheDir, threadsWhenAlone: 2 })]);
  const session = await openSession(
    { path: path.join(await entryIn(cacheDir), 'graph.onnx') },
    { provider: 'cpu', threads: 1 },
  );
  t.after(() => session.close());
  assert.ok(session.runAbove !== undefined);
  const other = readFileSync(fromRoot('samples/motorcycle.jpg'));
  const options: DetectOptions[] = [
    { scoreThreshold: 0 },
    { scoreThreshold: 1 },
    { scoreThreshold: 0.05, classes: ['person', 'tie'], includeDistribution: true },
    { scoreThreshold: 0.9, classThresholds: { person: 0.02 } },
    { scoreThreshold: 0.02, classAgnostic: true, maxDetections: 1000 },
  ];
  let found = 0;
  for (const wanted of options) {
    const answers = await Promise.all(
      [plain, cached].map(async detector => {
        // A batch, of different options.
        const pictures = [
          await detector.prepare(PICTURE, wanted),
          await detector.prepare(PICTURE, { scoreThreshold: 0.3 }),
        ];
        const results = [
          ...(await detector.run(pictures)),
          ...(await detector.run([pictures[0]!], true)),
          await detector.detect(other, wanted),
        ];
        return results.map(({ detections }) => detections);
      }),
    );
    assertAlike(answers[1], answers[0], JSON.stringify(wanted));
    found += answers[0]!.flat().length;
  }
  assert.ok(found > 100);
});

test('weights are mapped from the cache, not copied', { skip: !existsSync('/proc/self/maps') }, async t => {
  const cacheDir = await cacheWithEntry(t);
  const detector = await open(t, { cacheDir });
  const weights = path.join(await entryIn(cacheDir), 'weights.bin');
  assert.ok(readFileSync('/proc/self/maps', 'utf8').includes(weights));
  await detector.close();
  assert.ok(!readFileSync('/proc/self/maps', 'utf8').includes(weights), 'and let go');
});

test('two that make it at once both serve, and leave one entry', async t => {
  const cacheDir = await temporary(t);
  const both = await Promise.all([open(t, { cacheDir }), open(t, { cacheDir })]);
  const [a, b] = await Promise.all(both.map(answer));
  assert.deepEqual(a, b);
  assert.deepEqual(
    both.flatMap(({ notes }) => notes),
    [],
  );
  await entryIn(cacheDir);
});

test('a damaged entry is made again', async t => {
  const cacheDir = await cacheWithEntry(t);
  const expected = await answer(await open(t, { cacheDir }));
  const weights = path.join(await entryIn(cacheDir), 'weights.bin');
  const bytes = readFileSync(weights);
  const half = bytes.length >> 1;
  const damaged = Buffer.from(bytes);
  damaged[half]! ^= 0x40;
  await rm(weights); // sessions still have the old file mapped
  await writeFile(weights, damaged);
  const laterEngine = { cacheDir, checkedBefore: { graph: true } };
  assertAlike(await answer(await open(t, laterEngine)), expected, 'made again');
  assert.ok(!readFileSync(path.join(await entryIn(cacheDir), 'weights.bin')).equals(damaged));
});

test('an entry that is not whole, or gone, is no reason to fail, even for an engine that does not check', async t => {
  const cacheDir = await cacheWithEntry(t);
  const expected = await answer(await open(t, { cacheDir }));
  const unchecked = { cacheDir, checkedBefore: { graph: true } };
  const graph = path.join(await entryIn(cacheDir), 'graph.onnx');
  await truncate(graph, 1000);
  assertAlike(await answer(await open(t, unchecked)), expected, 'half a graph');
  await rm(path.join(await entryIn(cacheDir), 'weights.bin'));
  assertAlike(await answer(await open(t, unchecked)), expected, 'no weights');
});

/** Puts another graph in the place of an entry's, with the checksums that it should have. */
async function replaceGraph(entry: string, graph: Uint8Array): Promise<void> {
  await rm(path.join(entry, 'graph.onnx'));
  await writeFile(path.join(entry, 'graph.onnx'), graph);
  const sums = JSON.parse(readFileSync(path.join(entry, 'sha256.json'), 'utf8')) as Record<string, string>;
  sums['graph.onnx'] = createHash('sha256').update(graph).digest('hex');
  await writeFile(path.join(entry, 'sha256.json'), JSON.stringify(sums));
}

const misfits: Record<string, { graph: (t: TestContext) => Promise<Uint8Array>; note: RegExp | undefined }> = {
  'is of another model': {
    graph: async t => readFileSync(path.join(path.dirname(await writeTinyModel(await temporary(t))), 'model.onnx')),
    note: /^the optimised graph in .* was made anew: The graph does not fit the manifest of nanodet-g: /,
  },
  'is no graph': { graph: async () => Buffer.from('no graph'), note: undefined },
};
for (const [name, { graph, note }] of Object.entries(misfits)) {
  test(`an entry that is whole but ${name} is made again, and is right from then on`, async t => {
    const cacheDir = await cacheWithEntry(t);
    const expected = await answer(await open(t, { cacheDir }));
    await replaceGraph(await entryIn(cacheDir), await graph(t));
    for (const checkedBefore of [{}, { manifest: true, graph: true }]) {
      const again = await open(t, { cacheDir, checkedBefore });
      assertAlike(await answer(again), expected, name);
      assert.equal(again.cannotKeep, false);
      if (note === undefined) assert.deepEqual(again.notes, []);
      else assert.match(again.notes.join(), note);
      const later = await open(t, { cacheDir, checkedBefore });
      assert.deepEqual([later.notes, await answer(later)], [[], await answer(again)]);
      await replaceGraph(await entryIn(cacheDir), await graph(t));
    }
  });
}

test('a manifest that does not fit its graph is refused as before, with or without an entry', async t => {
  const cacheDir = await cacheWithEntry(t);
  const model = path.join(await temporary(t), 'nanodet-g');
  cpSync(MODEL, model, { recursive: true });
  const manifest = path.join(model, 'model.json');
  const text = readFileSync(manifest, 'utf8');
  await writeFile(manifest, text.replace('"score": 0.773', '"score": 0.111'));
  for (const time of ['first', 'second']) {
    await assert.rejects(open(t, { cacheDir }, model), { code: 'self_check_failed' }, `the ${time} time`);
  }
  await entryIn(cacheDir);
});

test('a folder that cannot be written costs a note', async t => {
  const cacheDir = path.join(await temporary(t), 'file', 'cache');
  await writeFile(path.dirname(cacheDir), '');
  const detector = await open(t, { cacheDir });
  assert.equal(detector.notes.length, 1);
  assert.match(detector.notes[0]!, /^the optimised graph is not kept in .*: ENOTDIR/);
  assert.equal(detector.cannotKeep, true);
  await answer(detector);
});

test('where the disk has no room for faster convolutions the plain graph is kept, and why is a note', async t => {
  const [roomy, narrow] = [await cacheWithEntry(t), await temporary(t)];
  const bytes = async (cacheDir: string) => (await stat(path.join(await entryIn(cacheDir), 'weights.bin'))).size;
  if ((await bytes(roomy)) < LARGEST_FILE) return t.skip('on this CPU no convolution is made faster');
  const index = new URL('../../src/detector/index.js', import.meta.url);
  const script = `const { createDetector } = await import('${index}');
    const { notes, cannotKeep } = await createDetector('${MODEL}/model.json', { provider: 'cpu', cacheDir: '${narrow}' });
    console.log(JSON.stringify({ notes, cannotKeep })); process.exit();`;
  const shell = `trap '' XFSZ; exec prlimit --fsize=${LARGEST_FILE} "$0" --input-type=module -e "$1"`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
  if (status === 127) return t.skip('there is no prlimit');
  assert.equal(status, 0, stderr);
  const notes = ['its 3x3 convolutions are not made faster: EFBIG: file too large, write'];
  assert.deepEqual(JSON.parse(stdout), { notes, cannotKeep: false });
  assert.ok((await bytes(narrow)) < LARGEST_FILE);
});

test('a graph that is not the one the manifest means is refused although the cache knows that one', async t => {
  const cacheDir = await cacheWithEntry(t);
  const model = path.join(await temporary(t), 'nanodet-g');
  cpSync(MODEL, model, { recursive: true });
  await appendFile(path.join(model, 'model.onnx'), ' ');
  await assert.rejects(open(t, { cacheDir }, model), (error: unknown) => {
    return error instanceof DetectorError && error.code === 'invalid_graph' && /another graph/.test(error.message);
  });
});

test('of entries those of today and the sixteen used last are kept, and other files are left alone', async t => {
  const cacheDir = await temporary(t);
  const name = (index: number) => index.toString(16).padStart(32, '0');
  const longAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (let index = 0; index < 30; index++) {
    await mkdir(path.join(cacheDir, name(index)));
    if (index >= 12) await utimes(path.join(cacheDir, name(index)), longAgo, longAgo);
  }
  await mkdir(path.join(cacheDir, 'mine'));
  await open(t, { cacheDir });
  const left = await readdir(cacheDir);
  assert.ok(left.includes('mine'));
  assert.equal(left.length, 17, 'this one, twelve of today, three old ones and what is not ours');
  for (let index = 30; index < 50; index++) await mkdir(path.join(cacheDir, name(index)));
  await rm(path.join(cacheDir, await ownEntry(cacheDir)), { recursive: true });
  await open(t, { cacheDir });
  assert.equal((await readdir(cacheDir)).length, 34, 'this one, 32 of today, and what is not ours');
});
