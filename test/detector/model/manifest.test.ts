import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createDetector, loadManifest } from '../../../src/detector/index.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

let folder: string;
let manifestPath: string;
let whole: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-manifest-'));
  manifestPath = await writeTinyModel(folder);
  whole = await readFile(manifestPath, 'utf8');
});
after(() => rm(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: the point of these tests is a manifest of the wrong shape.
type Change = (manifest: any) => void;

async function changed(change: Change): Promise<string> {
  const manifest = JSON.parse(whole);
  change(manifest);
  await writeFile(manifestPath, JSON.stringify(manifest));
  return manifestPath;
}

test('manifest: a right one is loaded with its labels', async () => {
  const { manifest, labels, folder: where } = await loadManifest(await changed(() => {}));
  assert.equal(manifest.name, 'tiny');
  assert.deepEqual(labels, ['red', 'green', 'blue']);
  assert.equal(where, folder);
});

const mistakes: [string, Change, RegExp][] = [
  ['a missing part', m => delete m.head, /: head is missing\.$/],
  ['a missing field', m => delete m.head.scores, /head\.scores is missing\.$/],
  ['a field that another needs', m => delete m.head.bins, /head\.boxes "logits" needs head\.bins\.$/],
  [
    'a field that does not go with another',
    m => (m.head.boxes = 'distances'),
    /head\.bins goes with head\.boxes "logits", not with "distances"/,
  ],
  ['an unknown field', m => (m.head.reg_max = 7), /head\.reg_max is not a field of the manifest\.$/],
  [
    'more than eight unknown fields',
    m => Object.assign(m.head, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`extra${i}`, i]))),
    /: (head\.extra\d+ is not a field of the manifest(; |\.$)){12}/,
  ],
  [
    'a mistake behind eight others',
    m => {
      for (const field of ['name', 'version', 'license', 'source', 'labels', 'graph', 'input', 'candidates'])
        m[field] = 7;
      m.nms.iouThreshold = 60;
    },
    /nms\.iouThreshold must be <= 1 but is 60/,
  ],
  ['a wrong choice', m => (m.input.colour = 'gbr'), /input\.colour must be "rgb" or "bgr" but is "gbr"\.$/],
  [
    'an unknown fit',
    m => (m.input.resize.fit = 'crop'),
    /input\.resize\.fit must be "stretch" or "letterbox" or "keep-ratio" but is "crop"/,
  ],
  [
    'neither numbers nor a word',
    m => (m.input.resize.pad = 114),
    /: input\.resize\.pad must be three numbers or "mean" but is 114\.$/,
  ],
  ['too few numbers', m => (m.input.resize.pad = [0, 0]), /pad must be three numbers or "mean" but is \[0,0\]\.$/],
  [
    'neither a number nor a formula',
    m => (m.head.priorOffset = 'stride/2'),
    /: head\.priorOffset must be a number from -1 to 1 or "\(stride-1\)\/2" but is "stride\/2"\.$/,
  ],
  [
    'too large a number',
    m => (m.head.priorOffset = 4),
    /: head\.priorOffset must be a number from -1 to 1 or .* but is 4\.$/,
  ],
  ['a wrong type', m => (m.head.bins = '8'), /head\.bins must be integer but is "8"/],
  ['out of bounds', m => (m.nms.iouThreshold = 60), /nms\.iouThreshold must be <= 1 but is 60/],
  ['a list entry', m => (m.input.std[1] = 0), /input\.std\[1\] must be > 0 but is 0/],
  [
    'a graph outside its folder',
    m => (m.graph.file = '../other.onnx'),
    /graph\.file must match .* but is "\.\.\/other\.onnx"/,
  ],
  ['labels outside its folder', m => (m.labels = '/etc/passwd'), /labels must match/],
  ['a name that is a path', m => (m.name = 'a/b'), /name must match/],
  [
    'strides that disagree',
    m => (m.head.strides = [8, 32]),
    /head\.outputs has strides 8, 16 but head\.strides says 8, 32/,
  ],
  [
    'channels of one tensor in no order',
    m => (m.head.outputs = [{ fused: 'all' }]),
    /head\.outputs\[0\]\.fused needs head\.order, "scores-first" or "boxes-first"/,
  ],
  ['one output for two parts', m => (m.head.outputs[1].scores = 'cls_8'), /uses the output "cls_8" twice/],
  ['a size that is no multiple', m => (m.input.width = 72), /input 72x64 is not a multiple of .*multipleOf 32/],
  ['labels that are not there', m => (m.labels = 'none.txt'), /labels: .*none\.txt cannot be read/],
];
for (const [name, change, message] of mistakes) {
  test(`manifest: refused in a sentence: ${name}`, async () => {
    await assert.rejects(loadManifest(await changed(change)), { code: 'invalid_manifest', message });
  });
}

test('manifest: every mistake is reported at once', async () => {
  const broken = await changed(m => {
    delete m.version;
    m.input.colour = 'cmyk';
    m.candidates.perLevel = 0;
  });
  await assert.rejects(
    loadManifest(broken),
    /version is missing.*; .*colour must be.*; .*perLevel must be >= 1 but is 0/,
  );
});

test('manifest: not there, not JSON', async () => {
  await assert.rejects(
    loadManifest(path.join(folder, 'nowhere.json')),
    /There is no readable manifest at .*nowhere\.json/,
  );
  await writeFile(manifestPath, '{"name": ');
  await assert.rejects(loadManifest(manifestPath), /model\.json is not JSON: /);
});

test('labels: a byte order mark, line ends of any system and blank lines behind are no matter', async () => {
  for (const text of ['\uFEFFrot\r\ngrün\r\n蓝\r\n', 'rot\rgrün\r蓝', ' rot\ngrün \n蓝\n\n \n']) {
    await changed(m => (m.labels = 'other.txt'));
    await writeFile(path.join(folder, 'other.txt'), text);
    assert.deepEqual((await loadManifest(manifestPath)).labels, ['rot', 'grün', '蓝']);
  }
});

test('labels: a file that is not UTF-8 is refused, or all names would be wrong', async () => {
  for (const bytes of [
    Buffer.from('\uFEFFrot\ngrün\n', 'utf16le'),
    Buffer.from('rot\ngrun\n', 'utf16le'),
    Buffer.from('rot\ngrün\n', 'latin1'),
  ]) {
    await changed(m => (m.labels = 'other.txt'));
    await writeFile(path.join(folder, 'other.txt'), bytes);
    await assert.rejects(loadManifest(manifestPath), {
      message: /labels is (not|no text in) UTF-8: save it as that\.$/,
    });
  }
});

test('manifest: with a byte order mark in front', async () => {
  await writeFile(manifestPath, `\uFEFF${whole}`);
  assert.equal((await loadManifest(manifestPath)).manifest.name, 'tiny');
});

test('labels: empty, repeated and blank lines', async () => {
  for (const [text, message] of [
    ['\n\n', /no class names/],
    ['a\nb\na\n', /names "a" twice/],
    ['a\n\nb\n', /line 2 is empty/],
    ['\na\nb\n', /line 1 is empty/],
  ] as const) {
    await changed(m => (m.labels = 'other.txt'));
    await writeFile(path.join(folder, 'other.txt'), text);
    await assert.rejects(loadManifest(manifestPath), { code: 'invalid_manifest', message });
  }
});

const disagreements: [string, Change, RegExp][] = [
  ['another input name', m => (m.input.tensor = 'data'), /input\.tensor is "data" but the graph's inputs are "input"/],
  [
    'bins',
    m => (m.head.bins = 11),
    /head\.outputs\[0\]\.boxes "reg_8" is \[1, 64, 32\], the manifest says \[batch, 64, 44\]/,
  ],
  ['bins, and what makes the channels', m => (m.head.bins = 11), /\[batch, 64, 44\] \(4 sides of 11 bins\)/],
  [
    'the sha256',
    m => (m.graph.sha256 = '0'.repeat(64)),
    /has sha256 [0-9a-f]{64} but the manifest of tiny describes 0{64}/,
  ],
  [
    'a graph that is not there',
    m => (m.graph.file = 'none.onnx'),
    /none\.onnx cannot be read; the default model's is made by "npm run model"/,
  ],
];
test('graph: too few class names are named as such', async () => {
  await changed(m => (m.labels = 'two.txt'));
  await writeFile(path.join(folder, 'two.txt'), 'red\ngreen\n');
  await assert.rejects(createDetector(manifestPath, { provider: 'cpu' }), {
    code: 'invalid_graph',
    message: /"cls_8" is \[1, 64, 3\], the manifest says \[batch, 64, 2\] \(2 class names\)/,
  });
});

for (const [name, change, message] of disagreements) {
  test(`graph: refused when it does not fit the manifest: ${name}`, async () => {
    await assert.rejects(createDetector(await changed(change), { provider: 'cpu' }), {
      code: 'invalid_graph',
      message,
    });
  });
}

test('graph: outputs whose names are wrong are found by their shapes, and it says so', async () => {
  const renamed = await changed(m => {
    m.head.outputs[0].boxes = 'dis_8';
    m.head.outputs[1] = { stride: 16, scores: 'cls_8', boxes: 'reg_16' };
    m.head.outputs[0].scores = 'cls_16';
  });
  const detector = await createDetector(renamed, { provider: 'cpu' });
  assert.match(
    detector.notes[0]!,
    /^outputs bound by shape: head\.outputs\[0\]\.scores "cls_16" is \[1, 16, 3\].*, and 2 more$/,
  );
  const { detections } = await detector.detect(
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer(),
  );
  assert.equal(detections[0]?.label, 'red');
  await detector.close();
});

test('graph: the number of labels must be the number of classes', async () => {
  await changed(m => (m.labels = 'two.txt'));
  await writeFile(path.join(folder, 'two.txt'), 'red\ngreen\n');
  await assert.rejects(
    createDetector(manifestPath, { provider: 'cpu' }),
    /scores "cls_8" is \[1, 64, 3\], the manifest says \[batch, 64, 2\]/,
  );
});

test('graph: bytes that are no graph are a sentence, not a crash', async () => {
  const { createHash } = await import('node:crypto');
  const noise = Buffer.from('this is not a graph');
  await writeFile(path.join(folder, 'noise.onnx'), noise);
  const broken = await changed(m => {
    m.graph = { file: 'noise.onnx', sha256: createHash('sha256').update(noise).digest('hex') };
  });
  await assert.rejects(createDetector(broken, { provider: 'cpu' }), {
    code: 'invalid_graph',
    message: /noise\.onnx cannot be used: it is no ONNX file, or a damaged one \(/,
  });
});

test('provider: CUDA by name is refused in a sentence where its libraries are not', async t => {
  const { existsSync } = await import('node:fs');
  if (existsSync('node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so')) {
    t.skip('the CUDA provider is installed here');
    return;
  }
  const right = await changed(() => {});
  await assert.rejects(createDetector(right, { provider: 'cuda' }), {
    code: 'provider_unavailable',
    message: /^PROVIDER=cuda cannot be had: the CUDA provider of ONNX Runtime is not installed/,
  });
  const detector = await createDetector(right, { provider: 'auto' });
  assert.equal(detector.provider, 'cpu');
  assert.match(detector.notes[0]!, /^CUDA not used: /);
  await detector.close();
});
