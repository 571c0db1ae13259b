import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { replaceSelfCheck } from '../../src/cli/model/replace-self-check.ts';
import { createDetector } from '../../src/detector/index.ts';
import type { ModelProto } from '../../src/onnx/onnx_pb.ts';
import { parseModel } from '../../src/onnx/parse-model.ts';
import { decodedGraph } from '../support/decoded-graph.ts';
import { BGR, encoded, type FamilyGraphOptions, familyGraph, RAW, RGB, UNIT } from '../support/family-graph.ts';
import { halfGraph } from '../support/half-graph.ts';
import { type Colour, squares } from '../support/squares.ts';
import { startWarmCli } from '../support/warm-cli.ts';

/** `gfl-serve model add`, as built: graphs of every family that see coloured squares through the right manifest only. */

const warmCli = startWarmCli();
after(warmCli.stop);
let folder: string;
let models: string;
let labels: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-add-'));
  models = path.join(folder, 'models');
  labels = path.join(folder, 'colours.txt');
  await writeFile(labels, 'red\ngreen\nblue\n');
});
beforeEach(() => rm(models, { recursive: true, force: true }));
after(() => rm(folder, { recursive: true }));

const CELLS: [Colour, number, number][] = [
  ['red', 5, 4],
  ['green', 20, 9],
  ['blue', 12, 25],
  ['red', 30, 30],
  ['green', 9, 17],
];

async function squaresFile(size: number): Promise<string> {
  const file = path.join(folder, `squares-${size}.png`);
  await writeFile(file, await squares(CELLS, size));
  return file;
}

/** Adds a graph as model `m`, with the picture of squares and the labels of three colours. */
async function add(model: ModelProto, family: string, size: number, ...args: string[]) {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(model));
  return addFile(file, family, size, ...args);
}

async function addFile(file: string, family: string, size: number, ...args: string[]) {
  const image = await squaresFile(size);
  const given = ['--family', family, '--name', 'm', '--models-dir', models, '--labels', labels, '--image', image];
  return warmCli.run(['model', 'add', file, ...given, ...args]);
}

async function manifestOf(name = 'm') {
  return JSON.parse(await readFile(path.join(models, name, 'model.json'), 'utf8'));
}

/** Not even the folder of models, which was not there before: an empty one would hide the package's. */
async function nothingLeft(): Promise<void> {
  await assert.rejects(readdir(models), { code: 'ENOENT' });
}

const NANODET: FamilyGraphOptions = { normalisation: BGR, strides: [8, 16, 32], bins: 8, priorOffset: 0.5 };
const GFL: FamilyGraphOptions = {
  normalisation: RGB,
  strides: [8, 16, 32, 64, 128],
  bins: 17,
  priorOffset: 0,
  layout: 'channels-first',
  scores: 'logit',
};

// What the manifest must hold: the family's published protocol, and what the graph tells.
// biome-ignore lint/suspicious/noExplicitAny: parts of manifests.
const families: [string, string, number, ModelProto, any][] = [
  [
    'nanodet',
    'nanodet',
    416,
    familyGraph(NANODET),
    {
      'input.resize.fit': 'letterbox',
      'input.resize.sampling': 'corner',
      'input.colour': 'bgr',
      'input.mean': [103.53, 116.28, 123.675],
      'input.dynamic': { batch: true, spatial: true, multipleOf: 32 },
      'head.bins': 8,
      'head.priorOffset': 0.5,
      'nms.iouThreshold': 0.6,
    },
  ],
  [
    'nanodet-plus, fixed size',
    'nanodet-plus',
    320,
    familyGraph({
      normalisation: BGR,
      strides: [8, 16, 32, 64],
      bins: 8,
      priorOffset: 0,
      form: 'fused together',
      size: { width: 320, height: 320 },
    }),
    {
      'input.width': 320,
      'input.resize.fit': 'stretch',
      'input.dynamic': { batch: true, spatial: false, multipleOf: 1 },
      'head.order': 'scores-first',
      'head.priorOffset': 0,
    },
  ],
  [
    'picodet',
    'picodet',
    416,
    familyGraph({ normalisation: RGB, strides: [8, 16, 32, 64], bins: 8, priorOffset: 0.5 }),
    {
      'input.resize.fit': 'stretch',
      'input.resize.interpolation': 'cubic',
      'input.colour': 'rgb',
      'candidates.scoreThreshold': 0.025,
    },
  ],
  [
    'gfl: any size, keep-ratio',
    'gfl',
    800,
    familyGraph(GFL),
    {
      'input.width': 1344,
      'input.height': 800,
      'input.resize': {
        fit: 'keep-ratio',
        shortSide: 800,
        longSide: 1333,
        interpolation: 'bilinear',
        sampling: 'half-pixel',
        rounding: 'round',
        pad: 'mean',
      },
      'input.dynamic': { batch: true, spatial: true, multipleOf: 32 },
      'head.scores': 'logit',
      'head.bins': 17,
      'head.priorOffset': 0,
      'nms.space': 'original',
      'nms.clip': 'content',
      'candidates.rule': 'all-classes',
    },
  ],
  [
    'gfl: a fixed size has no keep-ratio',
    'gfl',
    320,
    familyGraph({ ...GFL, size: { width: 320, height: 320 } }),
    { 'input.resize.fit': 'letterbox', 'input.resize.position': 'top-left', 'input.resize.pad': 'mean' },
  ],
  [
    'gflv2',
    'gflv2',
    320,
    familyGraph({ ...GFL, scores: 'product', size: { width: 320, height: 320 } }),
    { 'head.scores': 'probability', 'candidates.rule': 'max-class' },
  ],
  [
    'yolov8: raw',
    'yolov8',
    640,
    familyGraph({
      normalisation: UNIT,
      strides: [8, 16, 32],
      bins: 16,
      priorOffset: 0.5,
      layout: 'channels-first',
      form: 'fused apart',
      scores: 'logit',
    }),
    {
      'input.resize.pad': [114, 114, 114],
      'input.resize.boxScale': 'single',
      'input.std': [255, 255, 255],
      'head.order': 'boxes-first',
      'head.bins': 16,
      'nms.iouThreshold': 0.7,
      'nms.clip': 'none',
    },
  ],
  [
    'yolov8: decoded',
    'yolov8',
    320,
    decodedGraph({ normalisation: UNIT, size: 320, form: 'fused', boxes: 'cxcywh' }),
    { 'head.boxes': 'cxcywh', 'head.layout': 'channels-first' },
  ],
  [
    'decoded: boxes and scores',
    'decoded',
    320,
    decodedGraph({ normalisation: RAW, size: 320, form: 'apart' }),
    { 'head.boxes': 'xyxy', 'input.std': [1, 1, 1], 'input.resize.fit': 'stretch' },
  ],
  [
    'decoded: suppressed inside',
    'decoded',
    320,
    decodedGraph({ normalisation: BGR, size: 320, form: 'dets' }),
    { head: { detections: 'dets', labels: 'labels' }, 'input.resize.position': 'top-left', 'input.colour': 'bgr' },
  ],
];
for (const [name, family, size, model, fields] of families) {
  test(`add: ${name}: the published protocol, every proof, a self-check, and it detects`, async () => {
    const { code, stdout, stderr } = await add(model, family, size);
    assert.equal(code, 0, stderr);
    // Class ids out of the graph are one thing more to prove.
    const proofs = model.graph!.output.some(({ name }) => name === 'dets') ? 6 : 5;
    const assumed = family === 'decoded' || family === 'nanodet' ? ['  WARNING'] : [];
    const expectedLines = [...Array(proofs).fill('  holds'), ...assumed];
    assert.deepEqual(stdout.match(/^ {2}(holds|fails|unproven|WARNING)/gm), expectedLines, stdout);
    assert.match(stdout, /made {5}self-check squares-\d+\.png with 5 detections/);
    assert.deepEqual((await readdir(path.join(models, 'm'))).sort(), [
      'check.png',
      'labels.txt',
      'model.json',
      'model.onnx',
    ]);
    assert.deepEqual(await readdir(models), ['m']);
    const manifest = await manifestOf();
    for (const [field, value] of Object.entries(fields)) {
      const found = field.split('.').reduce((at, part) => at[part], manifest);
      assert.deepEqual(found, value, field);
    }
    const detector = await createDetector(path.join(models, 'm', 'model.json'), { provider: 'cpu' });
    const { detections } = await detector.detect(await squares(CELLS, size), { scoreThreshold: 0.5 });
    await detector.close();
    // Around the middle of every cell, 24 pixels wide and high.
    const found = detections.map(({ label, box }) => [label, ...[box.x1, box.y1, box.x2, box.y2].map(Math.round)]);
    const expected = CELLS.map(([colour, column, row]) => {
      const [x, y] = [column * 8 + 4, row * 8 + 4];
      return [colour, x - 12, y - 12, x + 12, y + 12];
    });
    assert.deepEqual(found.sort(), expected.sort());
    const check = await warmCli.run(['model', 'check', 'm', '--models-dir', models]);
    assert.equal(check.code, 0, check.stdout);
    assert.match(check.stdout, /holds {4}self-check check\.png gives its 5 detections/);
  });
}

test('add: a graph that mixes up the pictures of a batch is fixed to one picture at a time', async () => {
  const { code, stdout } = await add(familyGraph({ ...NANODET, batch: 'secretly one' }), 'nanodet', 416);
  assert.equal(code, 0);
  assert.match(stdout, /one picture at a time/);
  assert.match(stdout, /fixed to 1: in a batch of 4 scores differ by up to 1\.0e\+0 and boxes by up to/);
  assert.equal((await manifestOf()).input.dynamic.batch, false);
});

const refused: [string, ModelProto, string[], RegExp][] = [
  [
    'a sigmoid too many in the graph',
    familyGraph({ ...NANODET, scores: 'twice' }),
    [],
    /all scores are 0\.50\d\d to 0\.73\d\d: the graph takes the sigmoid twice/,
  ],
  [
    'a sigmoid too many in the manifest',
    familyGraph(NANODET),
    ['--set', 'head.scores=logit'],
    /the sigmoid is taken twice: .* set head\.scores to "probability"/,
  ],
  [
    'no sigmoid',
    familyGraph({ ...NANODET, scores: 'logit' }),
    ['--set', 'head.scores=probability'],
    /not in 0\.\.1: the graph leaves the sigmoid out; set head\.scores to "logit"/,
  ],
  [
    'another prior offset',
    familyGraph(NANODET),
    ['--offset', '0'],
    /head\.priorOffset 0 is wrong: \d+ boxes and those .* overlap by 0\.\d+, and by 1\.00 with 0\.50; try 0\.5/,
  ],
  [
    'other bins',
    familyGraph(NANODET),
    ['--set', 'head.bins=11'],
    /head\.outputs\[0\]\.boxes "boxes_8" is \[1, 2704, 32\], the manifest says \[batch, 2704, 44\]/,
  ],
  [
    'coordinates of another kind',
    decodedGraph({ normalisation: RAW, size: 320, form: 'apart', boxes: 'cxcywh' }),
    ['--family', 'decoded', '--set', 'head.boxes=xyxy'],
    /boxes of score 0\.3 or more have no size or lie outside the input, .* see head\.boxes/,
  ],
  [
    'a field that is none',
    familyGraph(NANODET),
    ['--set', 'input.colors=rgb'],
    /models\/m\/model\.json: input\.colors is not a field/,
  ],
  [
    'a value that is none',
    familyGraph(NANODET),
    ['--colour', 'grey'],
    /input\.colour must be "rgb" or "bgr" but is "grey"/,
  ],
  [
    'labels of another number',
    familyGraph({ ...NANODET, classes: 4 }),
    [],
    /4 and 32 channels where .* and 3 of scores/,
  ],
  [
    'a family that does not fit',
    familyGraph(NANODET),
    ['--family', 'gfl'],
    /has no gfl head: .* It fits --family nanodet\./,
  ],
  [
    'a preprocessing that is none',
    familyGraph(NANODET),
    ['--preprocessing', 'yolox'],
    /--preprocessing "yolox" is not known: one of gfl, rtmdet, /,
  ],
  [
    'a task that is not detection',
    withMetadata(familyGraph(NANODET), { task: 'segment' }),
    [],
    /has no nanodet head: its metadata says that its task is "segment", and only detectors are served/,
  ],
  [
    'a family that is none',
    familyGraph(NANODET),
    ['--family', 'yolov5'],
    /--family "yolov5" is not known: one of nanodet, /,
  ],
  ['a name that is none', familyGraph(NANODET), ['--name', '../up'], /"\.\.\/up" is no name for a model/],
  [
    'a size the graph does not take',
    familyGraph({ ...NANODET, size: { width: 320, height: 320 } }),
    ['--size', '416'],
    /takes 320x320 only/,
  ],
  ['a picture that is none', familyGraph(NANODET), ['--image', 'package.json'], /package\.json: .*picture/i],
  [
    'a picture that is not there',
    familyGraph(NANODET),
    ['--image', 'nowhere.jpg'],
    /The picture nowhere\.jpg cannot be read/,
  ],
  [
    'labels that are not there',
    familyGraph(NANODET),
    ['--labels', 'nowhere.txt'],
    /--labels nowhere\.txt cannot be read/,
  ],
  [
    'labels that are no text',
    familyGraph(NANODET),
    ['--labels', 'samples/astronaut.jpg'],
    /--labels samples\/astronaut\.jpg is not UTF-8: save it as that\./,
  ],
];
for (const [name, model, args, message] of refused) {
  test(`add: refused in a sentence, and nothing is left behind: ${name}`, async () => {
    const { code, stdout, stderr } = await add(model, 'nanodet', name.startsWith('coord') ? 320 : 416, ...args);
    assert.equal(code, 1, stdout);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /bug|\n {4}at /);
    await nothingLeft();
  });
}

const preprocessings: [string, string[], 'rgb' | 'bgr', string | undefined][] = [
  ['gfl', ['--preprocessing', 'gfl'], 'rgb', undefined],
  ['rtmdet', ['--preprocessing', 'rtmdet'], 'bgr', undefined],
  ['nobody says whose', [], 'bgr', 'that of rtmdet.* say whose it is with --preprocessing rtmdet, or gfl, damo-yolo,'],
];
for (const [name, args, colour, warning] of preprocessings) {
  test(`add: dets and labels of mmdeploy do not tell colour and resize: ${name}`, async () => {
    const normalisation = colour === 'rgb' ? RGB : BGR;
    const model = decodedGraph({ normalisation, size: 320, form: 'dets' });
    const { code, stdout, stderr } = await add(model, 'decoded', 320, ...args);
    assert.equal(code, 0, stderr);
    if (warning === undefined) assert.doesNotMatch(stdout, /WARNING/);
    else assert.match(stdout, new RegExp(`^  WARNING  PREPROCESSING ASSUMED: ${warning}`, 'm'));
    const manifest = await manifestOf();
    assert.equal(manifest.input.colour, colour);
    assert.deepEqual(manifest.input.resize.pad, colour === 'rgb' ? 'mean' : [114, 114, 114]);
    assert.deepEqual(manifest.candidates, { scoreThreshold: 0.05 });
    const labels = manifest.selfCheck.detections.map(({ label }: { label: string }) => label);
    assert.deepEqual(labels.sort(), CELLS.map(([cell]) => cell).sort());
  });
}

test('add: a NanoDet with EfficientNet-Lite looks like any other, and says whose preprocessing it wants', async () => {
  const normalisation = { colour: 'bgr', mean: [127, 127, 127], std: [128, 128, 128] } as const;
  const model = familyGraph({ ...NANODET, normalisation });
  const { code, stdout, stderr } = await add(model, 'nanodet', 416, '--preprocessing', 'nanodet-efficientlite');
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /WARNING/);
  const { input, nms } = await manifestOf();
  assert.deepEqual([input.colour, input.mean, input.std], ['bgr', normalisation.mean, normalisation.std]);
  assert.deepEqual([input.resize.fit, input.resize.position, nms.iouThreshold], ['letterbox', 'centre', 0.6]);
});

test('inspect: whose preprocessing would be assumed, where the head does not tell', async () => {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(decodedGraph({ normalisation: BGR, size: 320, form: 'dets' })));
  const text = await warmCli.run(['model', 'inspect', file]);
  assert.match(text.stdout, /--family decoded\n +with the preprocessing of rtmdet; where .* with --preprocessing\n$/);
  const json = await warmCli.run(['model', 'inspect', file, '--format', 'json']);
  assert.equal(JSON.parse(json.stdout).families.decoded.assumes, 'rtmdet');
  await writeFile(file, encoded(familyGraph(GFL)));
  assert.match((await warmCli.run(['model', 'inspect', file])).stdout, /--family gfl\n$/);
});

test('inspect: the next command has what was said of the graph', async () => {
  const file = path.join(folder, "bill's graph.onnx");
  await writeFile(file, encoded(familyGraph({ ...NANODET, bins: 5 })));
  const { stdout } = await warmCli.run(['model', 'inspect', file, '--bins', '5', '--size', '416']);
  const [, command = ''] = /^Next: (node dist\/cli\.js model add .*)$/m.exec(stdout) ?? [];
  assert.match(command, /bill'\\''s graph\.onnx' --family nanodet --size 416 --bins 5$/);
  const more = `--name bill --models-dir ${models} --labels ${labels} --image ${await squaresFile(416)}`;
  const added = spawnSync(`${command} ${more}`, { shell: true, encoding: 'utf8' });
  assert.equal(added.status, 0, added.stderr);
  assert.match(added.stdout, new RegExp(`^Serve it: MODELS_DIR=${models} MODEL=bill node dist/cli.js serve$`, 'm'));
  await rm(path.join(models, 'bill'), { recursive: true });
});

test('add: --size bounds pictures that keep their ratio, too', async () => {
  const { code, stdout, stderr } = await add(familyGraph(GFL), 'gfl', 320, '--size', '416x320');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /from the protocol {2}keep-ratio 320\/416, bilinear/);
  const { input } = JSON.parse(await readFile(path.join(models, 'm', 'model.json'), 'utf8'));
  const { width, height, resize } = input;
  assert.deepEqual([width, height, resize.shortSide, resize.longSide], [416, 320, 320, 416]);
});

test('add: class ids without a name are refused, and nothing is left behind', async () => {
  const two = path.join(folder, 'two.txt');
  await writeFile(two, 'red\ngreen\n');
  const model = decodedGraph({ normalisation: BGR, size: 320, form: 'dets' });
  const { code, stderr } = await add(model, 'decoded', 320, '--labels', two);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /was not added: \d+ of \d+ rows .* have a class id without a name, up to 2, .*\(2 classes are named, 0 to 1\): name all/,
  );
  await nothingLeft();
});

test('add: --unproven adds it all the same, and check says what is wrong', async () => {
  const { code, stdout } = await add(familyGraph(NANODET), 'nanodet', 416, '--offset', '0', '--unproven');
  assert.equal(code, 0);
  assert.match(stdout, /fails {4}mirror/);
  const check = await warmCli.run(['model', 'check', 'm', '--models-dir', models, '--image', await squaresFile(416)]);
  assert.equal(check.code, 1);
  assert.match(check.stderr, /m does not hold: 1 of 6 proofs fails\./);
});

test('add: a model that is there is not touched without --force, and replaced with it', async () => {
  assert.equal((await add(familyGraph(NANODET), 'nanodet', 416)).code, 0);
  const before = await manifestOf();
  const again = await add(familyGraph({ ...NANODET, bins: 11 }), 'nanodet', 416);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /models\/m is there already: choose another --name, or replace it with --force/);
  assert.deepEqual(await manifestOf(), before);
  assert.equal((await add(familyGraph({ ...NANODET, bins: 11 }), 'nanodet', 416, '--force')).code, 0);
  assert.equal((await manifestOf()).head.bins, 11);
  const failed = await add(familyGraph(GFL), 'nanodet', 416, '--force');
  assert.equal(failed.code, 1);
  assert.equal((await manifestOf()).head.bins, 11);
  assert.deepEqual(await readdir(models), ['m']);
});

test('add: no detection, no self-check, and it says so loudly', async () => {
  // The same graph without its colours: nothing is likelier than a hundredth.
  const model = familyGraph(NANODET);
  const bias = model.graph!.initializer.find(({ name }) => name === 'cls_bias')!;
  bias.rawData = new Uint8Array(Float32Array.of(-30, -30, -30).buffer);
  const { code, stdout } = await add(model, 'nanodet', 416);
  assert.equal(code, 0);
  assert.match(stdout, /WARNING {2}NO SELF-CHECK/);
  assert.match(stdout, /unproven scores {5}scores end at 0\.\d{4}: nothing was found/);
  assert.equal((await manifestOf()).selfCheck, undefined);
});

test('add: labels come from the metadata that Ultralytics writes', async () => {
  const model = withMetadata(familyGraph(NANODET), { names: `{0: 'red', 1: "green light", 2: 'blue'}` });
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(model));
  const args = ['model', 'add', file, '--family', 'nanodet', '--name', 'm', '--models-dir', models];
  assert.equal((await warmCli.run(args)).code, 0);
  assert.equal(await readFile(path.join(models, 'm', 'labels.txt'), 'utf8'), 'red\ngreen light\nblue\n');
});

function withMetadata(model: ModelProto, metadata: Record<string, string>): ModelProto {
  for (const [key, value] of Object.entries(metadata)) {
    model.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key, value });
  }
  return model;
}

const only = { width: 416, height: 416 };
const sizes: [string, FamilyGraphOptions, string | undefined, string[], number, RegExp][] = [
  ['imgsz where the graph takes any', NANODET, '[320, 320]', [], 320, /from the graph .*; imgsz 320x320$/m],
  ['--size before imgsz', NANODET, '[320, 320]', ['--size', '352'], 352, /^(?!.*(imgsz|does not say))/s],
  ['its own, whatever imgsz says', { ...NANODET, size: only }, '[320, 320]', [], 416, /^(?!.*(imgsz|does not say))/s],
  ['none', NANODET, undefined, [], 416, /from the protocol +416x416, which the graph does not say \(--size\);/],
];
for (const [name, options, imgsz, args, side, said] of sizes) {
  test(`add: the size of the network is said to be ${name}`, async () => {
    const model = withMetadata(familyGraph(options), imgsz === undefined ? {} : { imgsz });
    const { code, stdout, stderr } = await add(model, 'nanodet', side, ...args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, said);
    const { width, height } = (await manifestOf()).input;
    assert.deepEqual([width, height], [side, side]);
  });
}

test('add: labels are asked for where the graph has other than 80 classes, and COCO has them where it has 80', async () => {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(familyGraph(NANODET)));
  const args = ['model', 'add', file, '--family', 'nanodet', '--name', 'm', '--models-dir', models];
  const { code, stderr } = await warmCli.run(args);
  assert.equal(code, 1);
  assert.match(stderr, /the graph has 3 classes: name them with --labels FILE/);
  await nothingLeft();
  await writeFile(file, encoded(familyGraph({ ...NANODET, classes: 80 })));
  assert.equal((await warmCli.run(args)).code, 0);
  assert.match(await readFile(path.join(models, 'm', 'labels.txt'), 'utf8'), /^person\nbicycle\n/);
});

test('add: weights are no longer inputs, weights of other files are brought in, and equal files give equal bytes', async () => {
  const model = familyGraph(NANODET);
  const { graph } = model;
  const weight = graph!.initializer.find(({ name }) => name === 'reg_bias')!;
  const home = path.join(folder, 'outside');
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, 'weights.bin'), Buffer.concat([Buffer.alloc(16), weight.rawData]));
  weight.externalData = [
    { $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'weights.bin' },
    { $typeName: 'onnx.StringStringEntryProto', key: 'offset', value: '16' },
    { $typeName: 'onnx.StringStringEntryProto', key: 'length', value: String(weight.rawData.length) },
  ];
  weight.rawData = new Uint8Array();
  weight.dataLocation = 1;
  graph!.input.push({ ...graph!.input[0]!, name: 'cls_weight' }, { ...graph!.input[0]!, name: 'cls_bias' });
  const file = path.join(home, 'graph.onnx');
  await writeFile(file, encoded(model));
  const { code, stdout, stderr } = await addFile(file, 'nanodet', 416);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /2 weights no longer listed as inputs; 1 weights brought in from other files/);
  const added = await readFile(path.join(models, 'm', 'model.onnx'));
  const parsed = parseModel(added);
  assert.deepEqual(
    parsed.graph.input.map(({ name }) => name),
    ['images'],
  );
  assert.equal(createHash('sha256').update(added).digest('hex'), (await manifestOf()).graph.sha256);
  await rm(path.join(models, 'm'), { recursive: true });
  assert.equal((await addFile(file, 'nanodet', 416)).code, 0);
  assert.deepEqual(await readFile(path.join(models, 'm', 'model.onnx')), added);
});

test('add: a graph in half precision is served with float32 at its ends, and inspect says so', async () => {
  const { code, stdout, stderr } = await add(halfGraph(familyGraph(NANODET)), 'nanodet', 416);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /changed in it +float32 instead of float16 at images and scores_8 and boxes_8/);
  const detector = await createDetector(path.join(models, 'm', 'model.json'), { provider: 'cpu' });
  const { detections } = await detector.detect(await squares(CELLS, 416)).finally(() => detector.close());
  assert.deepEqual(detections.map(({ label }) => label).sort(), CELLS.map(([colour]) => colour).sort());
  const inspected = await warmCli.run(['model', 'inspect', path.join(folder, 'graph.onnx')]);
  assert.match(inspected.stdout, /in +images +float32/);
  assert.match(inspected.stdout, /the file has float16 at images and .*; "model add" makes it float32/);
});

test('check: --make-self-check makes one where everything else holds, also in place of one that does not', async () => {
  const image = await squaresFile(416);
  assert.equal((await add(familyGraph(NANODET), 'nanodet', 416)).code, 0);
  const manifestPath = path.join(models, 'm', 'model.json');
  const right = await readFile(manifestPath, 'utf8');
  const check = (...args: string[]) =>
    warmCli.run(['model', 'check', 'm', '--models-dir', models, '--image', image, ...args]);
  const { selfCheck, ...without } = JSON.parse(right);
  await writeFile(manifestPath, JSON.stringify(without));
  const bare = await check();
  assert.equal(bare.code, 0);
  assert.match(bare.stdout, /unproven self-check the manifest has no selfCheck: nothing would notice a wrong colour/);
  const stale = { ...selfCheck, detections: [{ ...selfCheck.detections[0], score: 0.5 }] };
  for (const start of [without, { ...without, selfCheck: stale }]) {
    await writeFile(manifestPath, JSON.stringify(start));
    const { code, stdout } = await check('--make-self-check');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /made {5}self-check squares-416\.png with 5 detections/);
    assert.equal(await readFile(manifestPath, 'utf8'), right);
  }
  const broken = JSON.stringify({ ...without, head: { ...without.head, priorOffset: 0 } });
  await writeFile(manifestPath, broken);
  const refused = await check('--make-self-check');
  assert.equal(refused.code, 1);
  assert.doesNotMatch(refused.stdout, /made/);
  assert.equal(await readFile(manifestPath, 'utf8'), broken);
  assert.deepEqual((await readdir(path.join(models, 'm'))).sort(), [
    'check.png',
    'labels.txt',
    'model.json',
    'model.onnx',
  ]);
});

test('check: --make-self-check takes the place of one with another picture, says so in JSON, and says when it made none', async () => {
  assert.equal((await add(familyGraph(NANODET), 'nanodet', 416)).code, 0);
  const home = path.join(models, 'm');
  const other = path.join(folder, 'other.png');
  await writeFile(other, await squares(CELLS.slice(0, 2), 416));
  const check = async (image: string) => {
    const args = ['m', '--models-dir', models, '--image', image, '--make-self-check', '--format', 'json'];
    return warmCli.run(['model', 'check', ...args]);
  };
  const made = await check(other);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(JSON.parse(made.stdout).selfCheck, { picture: 'other.png', detections: 2, square: true });
  const { image } = (await manifestOf()).selfCheck;
  assert.match(image, /^check-[0-9a-f]{16}\.png$/);
  assert.deepEqual((await readdir(home)).sort(), [image, 'labels.txt', 'model.json', 'model.onnx']);
  assert.deepEqual(await readFile(path.join(home, image)), await readFile(other));

  const before = await readFile(path.join(home, 'model.json'), 'utf8');
  await writeFile(path.join(folder, 'black.png'), await squares([], 416));
  const none = await check(path.join(folder, 'black.png'));
  assert.deepEqual([none.code, JSON.parse(none.stdout).selfCheck], [1, null]);
  assert.match(none.stderr, /^No self-check was made: in every picture nothing was detected/m);
  assert.equal(await readFile(path.join(home, 'model.json'), 'utf8'), before);
});

test('a self-check is made of no picture of which another rounding would give other detections', async () => {
  // Two cells of one colour score the same, and each has a box that suppresses the other's.
  const even = path.join(folder, 'even.png');
  await writeFile(even, await squares([...CELLS, ['red', 6, 4]], 416));
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, encoded(familyGraph(NANODET)));
  const addWith = (iouThreshold: number) => {
    const given = ['--family', 'nanodet', '--name', 'm', '--models-dir', models, '--labels', labels, '--image', even];
    return warmCli.run(['model', 'add', file, ...given, '--force', '--set', `nms.iouThreshold=${iouThreshold}`]);
  };
  assert.match((await addWith(0.6)).stdout, /made {5}self-check even\.png with 6 detections/);
  const { code, stdout } = await addWith(0.3);
  assert.equal(code, 0);
  assert.match(stdout, /WARNING {2}NO SELF-CHECK: .* or what another rounding would change; give a picture/);
  assert.equal((await manifestOf()).selfCheck, undefined);
});

test('a self-check that does not hold leaves the model as it was', async () => {
  assert.equal((await add(familyGraph(NANODET), 'nanodet', 416)).code, 0);
  const home = path.join(models, 'm');
  const all = async () => Promise.all((await readdir(home)).map(file => readFile(path.join(home, file))));
  const before = await all();
  const bytes = await squares(CELLS.slice(0, 2), 416);
  const { detections } = (await manifestOf()).selfCheck;
  const made = { picture: 'wrong.png', detections: detections.length, square: true };
  const replaced = replaceSelfCheck(path.join(home, 'model.json'), { bytes, extension: 'png', detections, made });
  await assert.rejects(replaced, { name: 'DetectorError' });
  assert.deepEqual(await all(), before);
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`add: ${signal} ends it with exit code ${expected} and leaves nothing`, async () => {
    const args = ['model', 'add', 'models/nanodet-g/model.onnx', '--family', 'nanodet', '--models-dir', models];
    const child = spawn(process.execPath, ['dist/cli.js', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', data => {
      if (said === '') child.kill(signal);
      said += data;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, expected);
    assert.match(said, /was not added: interrupted\.\n$/);
    await nothingLeft();
  });
}

test('check: a model that is not there is a sentence', async () => {
  const { code, stderr } = await warmCli.run(['model', 'check', 'nobody', '--models-dir', models]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /There is no model nobody: .*nobody\/model\.json is missing; --models-dir says where models are\./,
  );
});
